package dev.tradewind.jobs;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.execution.JobClient;

/** One line that tells how a local run gets on: rewritten in place on a terminal, printed every ten seconds elsewhere. */
final class Progress {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final JobClient job;
    private final PrintStream out;
    private final boolean terminal = System.console() != null;
    private final Instant started = Instant.now();
    private Instant lastLine = started;

    Progress(JobClient job, PrintStream out) {
        this.job = job;
        this.out = out;
    }

    void show() throws InterruptedException {
        if (!terminal && Duration.between(lastLine, Instant.now()).compareTo(BETWEEN_LINES) < 0) {
            return;
        }
        lastLine = Instant.now();
        try {
            var line = line(job.getAccumulators().get(5, TimeUnit.SECONDS));
            out.print(terminal ? "\r" + line + " " : line + "\n");
            out.flush();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // The job is starting or ending; the next call tells more.
        }
    }

    void ended(Map<String, Object> accumulators) {
        out.println((terminal ? "\r" : "") + line(accumulators));
    }

    private String line(Map<String, Object> counted) {
        long classified = count(counted, "classified");
        long abstained = count(counted, "abstained");
        long failed = count(counted, "failed");
        long pages = count(counted, "pages");
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1000.0;
        var answers = counted.containsKey("classified")
                ? String.format(
                        "%d answered: %d classified, %d abstained, %d failed; ",
                        classified + abstained + failed, classified, abstained, failed)
                : "";
        return answers
                + String.format(
                        "%d rejected; %d pages looked at, %.1f/s; %.0f s",
                        count(counted, "rejected"), pages, pages / seconds, seconds);
    }

    private static long count(Map<String, Object> accumulators, String name) {
        return accumulators.get(name) instanceof Long count ? count : 0;
    }
}
