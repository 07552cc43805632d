package dev.tradewind.jobs;

import dev.tradewind.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** Runs a job: on the cluster that called us, or else in this process, with a line of progress and a report at its end. */
final class Execution {
    private final RunOptions run;
    private final OutputOptions output;
    private final boolean endless;

    Execution(RunOptions run, OutputOptions output, boolean endless) {
        this.run = run;
        this.output = output;
        this.endless = endless;
    }

    static boolean onCluster() {
        return !(StreamExecutionEnvironment.getExecutionEnvironment() instanceof LocalStreamEnvironment);
    }

    StreamExecutionEnvironment environment() throws IOException {
        if (onCluster()) {
            var env = StreamExecutionEnvironment.getExecutionEnvironment();
            var job = run.job();
            if (env.getCheckpointConfig().isCheckpointingEnabled()) {
                job.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
            }
            env.configure(job);
            return env;
        }
        output.checkFresh(run.restore);
        logTo(output);
        int parallelism = run.parallelism == null ? Runtime.getRuntime().availableProcessors() : run.parallelism;
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, run.local(checkpoints()));
    }

    /** Where an endless run keeps the checkpoint that it can go on from, or null. */
    private Path checkpoints() {
        return endless ? output.local(OutputOptions.CHECKPOINTS) : null;
    }

    private static void logTo(OutputOptions output) throws IOException {
        var log = output.local(OutputOptions.LOG);
        if (log == null) {
            log = Files.createTempFile("tradewind-", ".log");
        } else {
            Files.createDirectories(log.toAbsolutePath().getParent());
        }
        System.setProperty("tradewind.log", log.toString());
    }

    /** @return the exit code */
    int run(StreamExecutionEnvironment env, String name) throws Exception {
        if (!(env instanceof LocalStreamEnvironment)) {
            env.execute(name);
            return 0;
        }
        var started = Instant.now();
        JobClient job = env.executeAsync(name);
        var progress = new Progress(job, System.err);
        if (run.webUiPort != RunOptions.NO_WEB_UI) {
            System.err.println(
                    "web UI: http://localhost:" + env.getConfiguration().get(RestOptions.PORT));
        }
        if (checkpoints() != null) {
            System.err.println("to go on after a stop: --restore with the last folder chk-… in " + checkpoints());
        }
        var result = job.getJobExecutionResult();
        while (!isOver(result)) {
            progress.show();
        }
        try {
            progress.ended(result.get().getAllAccumulatorResults());
        } catch (ExecutionException e) {
            if (ExceptionUtils.findThrowable(e, JobCancellationException.class).isPresent()) {
                throw new JobFailure("the job was cancelled");
            }
            throw new JobFailure(
                    "the job failed: " + rootCause(e) + "; its log is " + System.getProperty("tradewind.log"));
        }
        var report = output.local(OutputOptions.REPORT);
        var predictions = output.local(OutputOptions.PREDICTIONS);
        if (report != null && Files.isDirectory(predictions)) {
            Report.write(
                    predictions,
                    output.local(OutputOptions.REJECTED),
                    report,
                    new Report.Run(name, started, Instant.now()));
            System.err.println("report: " + report);
        }
        return 0;
    }

    private static boolean isOver(CompletableFuture<?> result) throws InterruptedException {
        try {
            result.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }

    private static String rootCause(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        var message = cause.getMessage() == null
                ? ""
                : cause.getMessage().lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + message;
    }
}
