package dev.tradewind.chaos;

import dev.tradewind.cluster.FlinkProcesses;
import dev.tradewind.cluster.KafkaProcess;
import dev.tradewind.jobs.Tradewind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.util.FileUtils;

/** ZooKeeper, a Kafka broker, a job manager and three task managers with a slot each, all of them processes, and one job. */
final class ChaosCluster implements AutoCloseable {
    static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(8);
    private static final int TASK_MANAGERS = 3;
    private static final Path BUNDLE =
            Path.of("../operators/src/test/resources/dev/tradewind/classify/trained-bundle/fp32");

    private final Path folder;
    private final ZooKeeperProcess zooKeeper;
    private final KafkaProcess broker;
    private final FlinkProcesses flink;
    private final CheckpointDisk disk;
    private final Map<String, Process> taskManagers = new LinkedHashMap<>();
    private int started;
    private String job;

    private ChaosCluster(
            Path folder, ZooKeeperProcess zooKeeper, KafkaProcess broker, FlinkProcesses flink, CheckpointDisk disk) {
        this.folder = folder;
        this.zooKeeper = zooKeeper;
        this.broker = broker;
        this.flink = flink;
        this.disk = disk;
    }

    /** @param folder emptied first */
    static ChaosCluster start(Path folder) throws Exception {
        FileUtils.deleteDirectory(folder.toFile());
        return start(folder, CheckpointDisk.folder(checkpoints(folder)));
    }

    /** Starts one whose checkpoints have a disk that can be filled, if we may mount one. */
    static ChaosCluster startWithSmallDisk(Path folder) throws Exception {
        FileUtils.deleteDirectory(folder.toFile());
        return start(folder, CheckpointDisk.mount(checkpoints(folder)));
    }

    private static Path checkpoints(Path folder) {
        return folder.resolve("checkpoints").toAbsolutePath();
    }

    private static ChaosCluster start(Path folder, CheckpointDisk disk) throws Exception {
        var broker = inBackground(() -> KafkaProcess.start(folder.resolve("kafka")));
        var zooKeeper = ZooKeeperProcess.start(folder.resolve("zookeeper"));
        try {
            var flink = FlinkProcesses.start(folder.resolve("flink"), settings(zooKeeper, folder, disk));
            var cluster = new ChaosCluster(folder, zooKeeper, broker.join(), flink, disk);
            for (int i = 0; i < TASK_MANAGERS; i++) {
                cluster.startTaskManager();
            }
            return cluster;
        } catch (Exception e) {
            zooKeeper.close();
            disk.close();
            broker.thenAccept(ChaosCluster::closeQuietly);
            throw e;
        }
    }

    private static Map<String, String> settings(ZooKeeperProcess zooKeeper, Path folder, CheckpointDisk disk) {
        var home = folder.toAbsolutePath();
        return Map.ofEntries(
                Map.entry("env.java.opts.all", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
                Map.entry("high-availability.type", "zookeeper"),
                Map.entry("high-availability.zookeeper.quorum", zooKeeper.address()),
                Map.entry("high-availability.zookeeper.client.session-timeout", "6s"),
                Map.entry("high-availability.zookeeper.client.connection-timeout", "3s"),
                Map.entry(
                        "high-availability.storageDir",
                        home.resolve("ha").toUri().toString()),
                Map.entry("heartbeat.timeout", HEARTBEAT_TIMEOUT.toMillis() + "ms"),
                Map.entry("restart-strategy.fixed-delay.attempts", "1000"),
                Map.entry("execution.checkpointing.interval", "1s"),
                Map.entry("execution.checkpointing.num-retained", "3"),
                Map.entry("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION"),
                Map.entry("execution.checkpointing.data-inline-threshold", "1kb"),
                Map.entry("execution.checkpointing.dir", disk.path().toUri().toString()),
                Map.entry("pipeline.max-parallelism", "128"));
    }

    /** Where all its processes write. */
    Path folder() {
        return folder;
    }

    FlinkProcesses flink() {
        return flink;
    }

    KafkaProcess broker() {
        return broker;
    }

    CheckpointDisk disk() {
        return disk;
    }

    /** The folders of the job's checkpoints that are kept, the newest first. */
    List<Path> completedCheckpoints() throws IOException {
        var home = disk.path().resolve(job);
        if (!Files.exists(home)) {
            return List.of();
        }
        try (var folders = Files.list(home)) {
            return folders.filter(folder -> Files.exists(folder.resolve("_metadata")))
                    .sorted(Comparator.comparingInt(ChaosCluster::number).reversed())
                    .toList();
        }
    }

    private static int number(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /** The job that was submitted last. */
    String job() {
        return job;
    }

    void startTaskManager() throws IOException {
        var name = "taskmanager-" + ++started;
        taskManagers.put(name, flink.startTaskManager(name));
    }

    /**
     * As Kubernetes does it. One that was frozen may end itself when it wakes: that its fenced producer cannot be closed well is
     * fatal to Flink.
     */
    private void replaceTaskManagersThatEnded() throws IOException {
        long alive = taskManagers.values().stream().filter(Process::isAlive).count();
        for (long i = alive; i < TASK_MANAGERS; i++) {
            startTaskManager();
        }
    }

    /** Task managers whose slot is in use; waits until there are some. */
    List<Process> busyTaskManagers() throws InterruptedException {
        while (true) {
            try {
                var busy = new ArrayList<Process>();
                for (var known : flink.rest().get("/taskmanagers").get("taskmanagers")) {
                    var process = taskManagers.get(known.get("id").asText());
                    if (known.get("freeSlots").asInt() == 0 && process != null && process.isAlive()) {
                        busy.add(process);
                    }
                }
                if (!busy.isEmpty()) {
                    return busy;
                }
            } catch (IOException e) {
                // there is no leader just now
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /**
     * Submits the job as {@code flink run -d} does, without a process for it.
     *
     * @param from savepoint or checkpoint to go on from, or null
     */
    void submit(Topics topics, String from, int parallelism, JobOptions options, String... more) throws Exception {
        replaceTaskManagersThatEnded();
        var args = new ArrayList<>(List.of(
                "classify",
                "--source=kafka",
                "--sink=kafka",
                "--kafka.bootstrap-servers=" + broker.address(),
                "--kafka.businesses=" + topics.businesses(),
                "--kafka.predictions=" + topics.predictions(),
                "--kafka.rejected=" + topics.rejected(),
                "--kafka.group=" + topics.run(),
                "--kafka.transaction-prefix=" + topics.run(),
                "--model=" + BUNDLE.toAbsolutePath().normalize(),
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.address-delay=0s",
                "--crawl.delay=" + options.delay().toMillis() + "ms",
                "--crawl.max-delay=3s",
                "--crawl.pages=" + options.pages(),
                "--crawl.deadline=5min",
                "--crawl.site-deadline=10min"));
        args.addAll(List.of(more));
        var configuration = flink.configuration();
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(DeploymentOptions.ATTACHED, false);
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        var id = new JobID();
        configuration.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, id.toHexString());
        if (from != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
        }
        try (var program = PackagedProgram.newBuilder()
                .setEntryPointClassName(Tradewind.class.getName())
                .setConfiguration(configuration)
                .setArguments(args.toArray(String[]::new))
                .build()) {
            ClientUtils.executeProgram(new DefaultExecutorServiceLoader(), configuration, program, false, true);
        }
        job = id.toHexString();
    }

    @Override
    public void close() throws IOException {
        flink.close();
        broker.close();
        zooKeeper.close();
        disk.close();
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    private static void closeQuietly(KafkaProcess broker) {
        try {
            broker.close();
        } catch (IOException e) {
            // it was not wanted any more
        }
    }
}
