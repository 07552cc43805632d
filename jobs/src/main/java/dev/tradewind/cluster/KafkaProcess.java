package dev.tradewind.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A Kafka broker, its own controller, in a process of its own on a free port of loopback. What it holds is in its folder and
 * outlives a kill.
 */
public final class KafkaProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 180;

    private final Path folder;
    private final String address;
    private Process process;

    private KafkaProcess(Path folder, String address) {
        this.folder = folder;
        this.address = address;
    }

    /**
     * Makes a broker with no topics and starts it.
     *
     * @param folder emptied first; its records, its configuration and its log
     */
    public static KafkaProcess start(Path folder) throws Exception {
        var home = folder.toAbsolutePath();
        FileUtils.deleteDirectory(home.toFile());
        Files.createDirectories(home);
        int port = FlinkRest.freePort();
        int controller = FlinkRest.freePort();
        var properties = Files.writeString(home.resolve("server.properties"), properties(home, port, controller));
        Jvm.logToConsole(home.resolve("log4j2.properties"), "WARN");
        format(properties);
        var broker = new KafkaProcess(home, "localhost:" + port);
        try {
            broker.startAgain();
            return broker;
        } catch (Exception e) {
            broker.close();
            throw e;
        }
    }

    private static String properties(Path home, int port, int controller) {
        return Map.ofEntries(
                        Map.entry("node.id", "1"),
                        Map.entry("process.roles", "broker,controller"),
                        Map.entry(
                                "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controller),
                        Map.entry("advertised.listeners", "PLAINTEXT://localhost:" + port),
                        Map.entry("controller.listener.names", "CONTROLLER"),
                        Map.entry("controller.quorum.voters", "1@localhost:" + controller),
                        Map.entry("log.dirs", home.resolve("records").toString()),
                        Map.entry("auto.create.topics.enable", "false"),
                        Map.entry("offsets.topic.replication.factor", "1"),
                        Map.entry("offsets.topic.num.partitions", "2"),
                        Map.entry("transaction.state.log.replication.factor", "1"),
                        Map.entry("transaction.state.log.min.isr", "1"),
                        Map.entry("transaction.state.log.num.partitions", "2"),
                        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                        Map.entry("share.coordinator.state.topic.min.isr", "1"),
                        Map.entry("group.initial.rebalance.delay.ms", "0"))
                .entrySet()
                .stream()
                .map(property -> property.getKey() + "=" + property.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static void format(Path properties) {
        var arguments =
                new String[] {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", properties.toString()
                };
        int code = StorageTool.execute(
                arguments, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("the folder of the Kafka broker cannot be prepared: " + properties);
        }
    }

    /** Such as {@code localhost:40123}; the same after a kill. */
    public String address() {
        return address;
    }

    /** What the broker says. */
    public Path log() {
        return folder.resolve("broker.log");
    }

    /** The broker's own, until it is killed. */
    public Process process() {
        return process;
    }

    /** Ends the broker as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts the broker on what it held before, and waits until it answers. */
    public void startAgain() throws Exception {
        process = Jvm.of(
                        Kafka.class.getName(),
                        List.of(
                                "-Xmx256m",
                                "-Dlog4j2.configurationFile="
                                        + folder.resolve("log4j2.properties").toUri()),
                        List.of(folder.resolve("server.properties").toString()),
                        log())
                .start();
        try (var admin = admin()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!answers(admin)) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw new IllegalStateException("the Kafka broker does not start; see " + log());
                }
            }
        }
    }

    private static boolean answers(Admin admin) throws InterruptedException, ExecutionException {
        try {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return false;
            }
            throw e;
        }
    }

    /** Makes topics, each with so many partitions. */
    public void createTopics(int partitions, String... names) throws ExecutionException, InterruptedException {
        var topics = new ArrayList<NewTopic>();
        for (var name : names) {
            topics.add(new NewTopic(name, partitions, (short) 1));
        }
        try (var admin = admin()) {
            admin.createTopics(topics).all().get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                address,
                // the other strategy asks without a pause as long as nobody answers
                CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG,
                "none",
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                "2000",
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                "4000"));
    }

    /** Kills it if it still runs; the folder stays. */
    @Override
    public void close() throws IOException {
        if (process != null) {
            kill();
        }
    }
}
