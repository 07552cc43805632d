package dev.tradewind.soak;

import dev.tradewind.cluster.FlinkProcesses;
import dev.tradewind.cluster.KafkaProcess;
import dev.tradewind.jobs.Tradewind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A long run of the job on processes: what they hold must not grow, and each business gets one answer. Its folder then holds the
 * measurements ({@code soak.csv}), their picture ({@code soak.png}), what is on each heap after the warm-up and at the end by
 * class, and what the processes said. The exit code is 0 if all findings hold, 1 if not.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Runs the job on a cluster of processes for long and looks whether anything grows.")
public final class Soak implements Callable<Integer> {
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int SAMPLES_BETWEEN_COLLECTIONS = 12;

    private static final String JOB_MANAGER = "job manager";
    private static final String TASK_MANAGER_1 = "task manager 1";
    private static final String TASK_MANAGER_2 = "task manager 2";
    private static final List<String> JOB_PROCESSES = List.of(TASK_MANAGER_1, TASK_MANAGER_2, JOB_MANAGER);
    private static final String AFTER_WARM_UP = "after-warm-up";
    private static final String AT_THE_END = "at-the-end";

    @Spec
    private CommandSpec command;

    @Option(names = "--minutes", description = "How long it is watched.")
    int minutes = 60;

    @Option(names = "--warm-up", paramLabel = "MINUTES", description = "How long it runs before.")
    int warmUp = 10;

    @Option(names = "--rate", description = "Businesses a second.")
    double rate = 5;

    @Option(names = "--model", description = "Folder of a model bundle.")
    Path model = Path.of("../operators/src/test/resources/dev/tradewind/classify/trained-bundle/fp32");

    @Option(names = "--folder", description = "For the measurements and for all that the processes write.")
    Path folder = Path.of("target/soak");

    @Option(names = "--flink", paramLabel = "KEY=VALUE", description = "Any setting of Flink. May be repeated.")
    Map<String, String> flink = new LinkedHashMap<>();

    @Option(names = "--judge-only", description = "Runs nothing and judges anew what the folder holds.")
    boolean judgeOnly;

    private final Map<String, LiveJvm> jvms = new LinkedHashMap<>();

    public static void main(String[] args) {
        System.exit(new CommandLine(new Soak()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        check();
        var findings = new ArrayList<Finding>();
        if (!judgeOnly) {
            findings.add(Finding.of(run()));
        }
        var measured = Series.read(csv());
        findings.addAll(Finding.of(measured, warmUp));
        for (var process : JOB_PROCESSES) {
            if (Files.notExists(histogram(process, AT_THE_END))) {
                continue; // the run was broken off
            }
            findings.add(Finding.of(
                    process,
                    Instances.read(histogram(process, AFTER_WARM_UP)),
                    Instances.read(histogram(process, AT_THE_END)),
                    answered(measured)));
        }
        Plot.write(measured, warmUp, folder.resolve("soak.png"));
        findings.forEach(System.out::println);
        return findings.stream().allMatch(Finding::holds) ? 0 : 1;
    }

    /** Since the warm-up. */
    private double answered(List<Series> measured) {
        return measured.stream()
                .filter(series -> series.name().equals(Trade.ANSWERED))
                .findAny()
                .orElseThrow()
                .from(warmUp)
                .rise();
    }

    private void check() {
        require(minutes >= 10, "--minutes must be at least 10, not " + minutes + ": less shows no slope");
        require(warmUp >= 0, "--warm-up must not be negative");
        require(rate > 0, "--rate must be above 0, not " + rate);
        require(judgeOnly || Files.isDirectory(model), "--model " + model + " is no folder");
        require(!judgeOnly || Files.exists(csv()), "--judge-only: there is no " + csv() + " to judge; run it first");
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), message);
        }
    }

    private Path csv() {
        return folder.resolve("soak.csv");
    }

    private Ledger run() throws Exception {
        Files.createDirectories(folder);
        try (var broker = KafkaProcess.start(folder.resolve("kafka"));
                var cluster = FlinkProcesses.start(folder.resolve("flink"), settings())) {
            broker.createTopics(2, Trade.BUSINESSES, Trade.PREDICTIONS, Trade.REJECTED);
            var first = cluster.startTaskManager("task-manager-1");
            var second = cluster.startTaskManager("task-manager-2");
            var job = new RunningJob(cluster.rest(), submit(cluster, broker.address()));
            cluster.awaitCheckpoint(job.id());
            jvms.put(TASK_MANAGER_1, LiveJvm.of(first));
            jvms.put(TASK_MANAGER_2, LiveJvm.of(second));
            jvms.put(JOB_MANAGER, LiveJvm.of(cluster.jobManager()));
            jvms.put("Kafka broker", LiveJvm.of(broker.process()));
            try (var trade = Trade.open(broker.address());
                    var table = Table.create(csv())) {
                trade.start(rate);
                watch(job, trade, table);
                trade.stop();
                awaitAnswers(trade);
                for (var jvm : jvms.values()) {
                    jvm.close();
                }
                return trade.ledger();
            }
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "taskmanager.memory.process.size", "1536m",
                "taskmanager.memory.task.off-heap.size", "256m",
                "execution.checkpointing.interval", "10s",
                "heartbeat.interval", "10s",
                "heartbeat.timeout", "50s"));
        settings.putAll(flink);
        return settings;
    }

    private String submit(FlinkProcesses cluster, String broker) throws Exception {
        return cluster.submit(
                Tradewind.class,
                2,
                "classify",
                "--source=kafka",
                "--sink=kafka",
                "--kafka.bootstrap-servers=" + broker,
                "--kafka.businesses=" + Trade.BUSINESSES,
                "--kafka.predictions=" + Trade.PREDICTIONS,
                "--kafka.rejected=" + Trade.REJECTED,
                "--model=" + model.toAbsolutePath(),
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.address-delay=1ms");
    }

    private void watch(RunningJob job, Trade trade, Table table) throws Exception {
        long start = System.nanoTime();
        long samples = TimeUnit.MINUTES.toSeconds(warmUp + minutes) / BETWEEN_SAMPLES.toSeconds();
        long firstWatched = TimeUnit.MINUTES.toSeconds(warmUp) / BETWEEN_SAMPLES.toSeconds();
        for (int sample = 0; sample <= samples; sample++) {
            long due = start + sample * BETWEEN_SAMPLES.toNanos();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            trade.look();
            Map<String, Double> row = new LinkedHashMap<>();
            row.put(Table.MINUTES, (System.nanoTime() - start) / 60e9);
            row.putAll(trade.measure());
            row.putAll(job.measure());
            measureJvms(row, sample % SAMPLES_BETWEEN_COLLECTIONS == 0);
            table.add(row);
            if (sample % SAMPLES_BETWEEN_COLLECTIONS == 0) {
                System.out.printf("%3.0f min: %s%n", row.get(Table.MINUTES), trade.ledger());
            }
            if (sample == firstWatched) {
                writeHistograms(AFTER_WARM_UP);
            }
        }
        writeHistograms(AT_THE_END);
    }

    private void measureJvms(Map<String, Double> row, boolean collect) throws IOException {
        for (var jvm : jvms.entrySet()) {
            jvm.getValue().measure().forEach((quantity, value) -> row.put(Table.name(quantity, jvm.getKey()), value));
            if (collect) {
                row.put(
                        Table.name(LiveJvm.LIVE_HEAP, jvm.getKey()),
                        jvm.getValue().liveHeap());
            }
        }
    }

    private void writeHistograms(String when) throws Exception {
        for (var jvm : jvms.entrySet()) {
            Files.writeString(histogram(jvm.getKey(), when), jvm.getValue().classHistogram());
        }
    }

    private Path histogram(String process, String when) {
        return folder.resolve("heap-of-" + process.replace(' ', '-') + "-" + when + ".txt");
    }

    private static void awaitAnswers(Trade trade) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (trade.ledger().unanswered() > 0 && System.nanoTime() < end) {
            trade.look();
            TimeUnit.SECONDS.sleep(1);
        }
    }
}
