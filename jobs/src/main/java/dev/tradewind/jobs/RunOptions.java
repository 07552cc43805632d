package dev.tradewind.jobs;

import dev.tradewind.cluster.FlinkRest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options on how the job runs, whatever it does. */
final class RunOptions {
    static final int ANY_PORT = 0;
    static final int NO_WEB_UI = -1;
    static final int MAX_PORT = 65_535;
    private static final int TOLERABLE_FAILED_CHECKPOINTS = 3;

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Options from a .properties or YAML file; those of the command line win.")
    Path config;

    @Option(
            names = "--web-ui.port",
            paramLabel = "PORT",
            description = "Flink web UI of a local run; 0 for any free port, -1 for none.")
    int webUiPort = 8081;

    @Option(names = "--parallelism", paramLabel = "N", description = "Of a local run; by default the number of cores.")
    Integer parallelism;

    @Option(
            names = "--checkpoint.interval",
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "Answers to Kafka become visible with each checkpoint, to files with one after a minute at most. "
                            + "The setting of a cluster wins.")
    Duration checkpointInterval;

    @Option(
            names = "--restore",
            paramLabel = "PATH",
            description = "Savepoint or checkpoint that a local run goes on from; on a cluster say 'flink run -s'.")
    String restore;

    @Option(
            names = "--flink",
            paramLabel = "KEY=VALUE",
            split = "\n",
            showDefaultValue = Visibility.NEVER,
            description = "Any setting of Flink for a local run, such as state.backend.type=rocksdb. May be repeated.")
    Map<String, String> flink = new LinkedHashMap<>();

    void check() {
        require(parallelism == null || parallelism >= 1, "--parallelism must be at least 1, not " + parallelism);
        require(
                checkpointInterval.toMillis() >= 100,
                "--checkpoint.interval must be at least 100ms, not " + checkpointInterval.toMillis() + "ms");
        require(
                webUiPort >= NO_WEB_UI && webUiPort <= MAX_PORT,
                "--web-ui.port must be from -1 to " + MAX_PORT + ", not " + webUiPort);
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), message);
        }
    }

    /**
     * What the job needs of Flink, wherever it runs. Checkpoints are unaligned, because hundreds of requests wait before an
     * operator that fetches, and a barrier behind them would come too late.
     */
    Configuration job() {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILED_CHECKPOINTS);
        return configuration;
    }

    /**
     * The same, and what a local run wants besides.
     *
     * @param checkpoints folder in which the last checkpoint is kept when the run is stopped, or null
     */
    Configuration local(Path checkpoints) {
        var configuration = job();
        if (checkpoints != null) {
            configuration.set(
                    CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                    checkpoints.toAbsolutePath().toUri().toString());
            configuration.set(
                    CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                    ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        }
        configuration.set(RestOptions.BIND_ADDRESS, "localhost");
        int port = freePort();
        configuration.set(RestOptions.PORT, port);
        configuration.set(RestOptions.BIND_PORT, String.valueOf(port));
        configuration.setString("local.start-webserver", String.valueOf(webUiPort != NO_WEB_UI));
        configuration.setString("heartbeat.interval", "1 s");
        configuration.setString("restart-strategy.type", "failure-rate");
        configuration.setString("restart-strategy.failure-rate.max-failures-per-interval", "3");
        configuration.setString("restart-strategy.failure-rate.failure-rate-interval", "5 min");
        configuration.setString("restart-strategy.failure-rate.delay", "1 s");
        if (restore != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, restore);
        }
        flink.forEach(configuration::setString);
        return configuration;
    }

    /** The web UI's port; it is taken here once, so that one that is in use is told before anything else is started. */
    private int freePort() {
        try {
            return FlinkRest.freePort(Math.max(ANY_PORT, webUiPort));
        } catch (IOException e) {
            throw new JobFailure("the web UI cannot have port " + webUiPort + " (" + e.getMessage()
                    + "): --web-ui.port 0 takes any free one, -1 none");
        }
    }
}
