package dev.tradewind.jobs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import picocli.CommandLine.Option;

/** Options on how the job runs, whatever it does. */
final class RunOptions {
    static final int ANY_PORT = 0;
    static final int NO_WEB_UI = -1;

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
            description = "Answers become visible with each checkpoint. On a cluster its own setting wins.")
    Duration checkpointInterval;

    @Option(
            names = "--restore",
            paramLabel = "PATH",
            description = "Savepoint or checkpoint that a local run goes on from; on a cluster say 'flink run -s'.")
    String restore;

    @Option(
            names = "--flink",
            paramLabel = "KEY=VALUE",
            description = "Any setting of Flink for a local run, such as state.backend.type=rocksdb. May be repeated.")
    Map<String, String> flink = new LinkedHashMap<>();

    /** What the job needs of Flink, wherever it runs. */
    Configuration job() {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
        return configuration;
    }

    /** The same, and what a local run wants besides. */
    Configuration local() {
        var configuration = job();
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
        try (var socket = new ServerSocket(Math.max(ANY_PORT, webUiPort), 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new JobFailure("the web UI cannot have port " + webUiPort + " (" + e.getMessage()
                    + "): --web-ui.port 0 takes any free one, -1 none");
        }
    }
}
