package dev.tradewind.jobs;

import static org.awaitility.Awaitility.await;

import dev.tradewind.cluster.FlinkRest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command line at work in a thread of its own; its job is asked and stopped as a user does it, through the port of its web UI. */
final class RunningCommand implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private final FlinkRest rest;
    private final CompletableFuture<Integer> exitCode;

    private RunningCommand(int port, String[] args) {
        rest = FlinkRest.at(port);
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        exitCode =
                CompletableFuture.supplyAsync(() -> Tradewind.run(args), work -> new Thread(work, "tradewind").start());
    }

    /** @param args without a port of the web UI */
    static RunningCommand start(String... args) throws IOException {
        int port = FlinkRest.freePort();
        var more = Arrays.copyOf(args, args.length + 1);
        more[args.length] = "--web-ui.port=" + port;
        return new RunningCommand(port, more);
    }

    FlinkRest rest() {
        return rest;
    }

    boolean goesOn() {
        return !exitCode.isDone();
    }

    /** Waits for the end. */
    int exitCode() throws Exception {
        try {
            return exitCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("it does not end; so far it said:\n" + err(), e);
        }
    }

    /** What it said on the error output so far. */
    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Stops the job with a savepoint, and waits until the command has ended. */
    Path stop(Path savepoints) throws Exception {
        return stop(savepoints, false);
    }

    /** Stops the job as if its input had ended, and waits until the command has. */
    void drain(Path savepoints) throws Exception {
        stop(savepoints, true);
    }

    /** Ends the job at once, with no savepoint and nothing committed, and waits until the command has ended. */
    void cancel() throws Exception {
        rest.patch("/jobs/" + job());
        exitCode();
    }

    private Path stop(Path savepoints, boolean drain) throws Exception {
        rest.post(
                "/jobs/" + job() + "/stop",
                Map.of("targetDirectory", savepoints.toUri().toString(), "drain", drain));
        if (exitCode() != 0) {
            throw new AssertionError("it did not end well:\n" + err());
        }
        try (var folders = Files.list(savepoints)) {
            return folders.findFirst().orElseThrow();
        }
    }

    /** Waits until there is one. */
    private String job() {
        return await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> rest.get("/jobs").at("/jobs/0/id").asText(), id -> !id.isEmpty());
    }

    /** Cancels a job that a failed test left behind. */
    @Override
    public void close() {
        try {
            if (goesOn()) {
                cancel();
            }
        } catch (Exception e) {
            throw new IllegalStateException("the job could not be cancelled: " + err(), e);
        } finally {
            System.setErr(errBefore);
        }
    }
}
