package dev.tradewind.jobs;

import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.cluster.LocalCluster;
import dev.tradewind.cluster.Signals;
import dev.tradewind.testdata.LoopbackWeb;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "cluster",
        description =
                "Run a whole cluster on this machine until Ctrl-C: a Kafka broker, a job manager, task managers, the job and "
                        + "a stream of sample businesses.")
final class ClusterCommand implements Callable<Integer> {
    private static final String LOG = "cluster.log";
    private static final String LOCK = "cluster.lock";
    private static final Set<String> WRITTEN = Set.of("kafka", "flink", LOG, LOCK);
    private static final String BUSINESSES = "businesses";
    private static final String PREDICTIONS = "predictions";
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration PATIENCE_AT_THE_END = Duration.ofMinutes(2);

    @Spec
    CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "PATH",
            description = "Folder for the logs, topics and checkpoints; an earlier cluster's in it are replaced.")
    Path output = Path.of("tradewind-cluster");

    @Option(names = "--web-ui.port", paramLabel = "PORT", description = "Flink web UI; 0 for any free port.")
    int webUiPort = 8081;

    @Option(names = "--task-managers", paramLabel = "N", description = "Each a process of about 1 GB, with one slot.")
    int taskManagers = 2;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Businesses that are sent in a second, such as 0.5 or 20.")
    double rate = 1;

    @Option(
            names = "--businesses",
            paramLabel = "N",
            defaultValue = Option.NULL_VALUE,
            description = "Send so many and end when all are answered. Without it only Ctrl-C ends the cluster.")
    Long businesses;

    private final Set<String> unanswered = new HashSet<>();
    private volatile boolean asked;
    private long answered;
    private long answeredTwice;

    @Override
    public Integer call() throws Exception {
        check();
        int port = freePort();
        Files.createDirectories(output);
        var lock = lock();
        System.setProperty("tradewind.log", output.resolve(LOG).toString());
        say("starting a broker, a job manager and " + taskManagers + " task managers, which takes half a minute");
        try (var web = LoopbackWeb.start();
                var cluster = LocalCluster.start(output, port, taskManagers, this::say)) {
            return run(web, cluster);
        } catch (IllegalStateException e) {
            throw new JobFailure(e.getMessage().lines().findFirst().orElseThrow());
        } finally {
            lock.close();
        }
    }

    private int run(LoopbackWeb web, LocalCluster cluster) throws Exception {
        var broker = cluster.kafka().address();
        cluster.kafka().createTopics(taskManagers, BUSINESSES, PREDICTIONS, "rejected");
        var job = cluster.submit(
                Tradewind.class,
                "classify",
                "--source=kafka",
                "--sink=kafka",
                "--kafka.bootstrap-servers=" + broker,
                "--kafka.businesses=" + BUSINESSES,
                "--kafka.predictions=" + PREDICTIONS,
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.delay=100ms",
                "--crawl.address-delay=0s");
        Signals.onFirst(this::ask);
        long limit = businesses == null ? Long.MAX_VALUE : businesses;
        try (var samples = new SampleBusinesses(web, broker, BUSINESSES, rate, limit);
                var answers = new CommittedAnswers(broker, PREDICTIONS)) {
            introduce(cluster, job, web, samples);
            while (!asked && !(samples.isOver() && unanswered.isEmpty())) {
                unanswered.addAll(samples.sendDue());
                show(answers);
                cluster.mend();
            }
            say("stopping: no more businesses are sent, those under way get their answers; Ctrl-C "
                    + (asked ? "ends all at once" : "twice ends all at once"));
            var end = Instant.now().plus(PATIENCE_AT_THE_END);
            while (!unanswered.isEmpty() && Instant.now().isBefore(end)) {
                show(answers);
                cluster.mend();
            }
            boolean ended = cluster.stop(PATIENCE_AT_THE_END);
            say(String.format(
                    "%d sent, %d answered, %d twice, %d unanswered; %s; the logs stay in %s",
                    samples.sent(),
                    answered,
                    answeredTwice,
                    unanswered.size(),
                    ended ? "all processes have ended" : "the job did not end by itself and was killed",
                    output));
            return ended && unanswered.isEmpty() && answeredTwice == 0 ? 0 : 1;
        }
    }

    private void ask() {
        asked = true;
    }

    private void show(CommittedAnswers answers) throws IOException {
        for (var answer : answers.next(LOOK)) {
            if (unanswered.remove(answer.id())) {
                answered++;
            } else {
                answeredTwice++;
            }
            System.out.println(AnswerLine.of(answer));
        }
    }

    private void introduce(LocalCluster cluster, String job, LoopbackWeb web, SampleBusinesses samples) {
        say("web UI:        " + cluster.rest().address() + "/#/job/running/" + job + "/overview");
        say("topics:        " + BUSINESSES + " -> the job -> " + PREDICTIONS + ", rejected; on "
                + cluster.kafka().address());
        say("sample sites:  " + samples.sites() + " on 127.0.0.1:" + web.port() + ", in this process, pid "
                + ProcessHandle.current().pid());
        var victim = cluster.members().get(2);
        say("try:           kill -9 " + victim.pid() + " (" + victim.name()
                + "): the job goes on, no answer is lost or given twice");
        say("Ctrl-C stops it all. Answers, as each checkpoint commits them:");
    }

    private void say(String line) {
        System.err.println(line);
    }

    private void check() throws IOException {
        require(
                webUiPort >= 0 && webUiPort <= RunOptions.MAX_PORT,
                "--web-ui.port must be from 0 to 65535, not " + webUiPort);
        require(taskManagers >= 1, "--task-managers must be at least 1, not " + taskManagers);
        require(rate > 0 && rate <= 1000, "--rate must be above 0 and at most 1000, not " + rate);
        require(businesses == null || businesses >= 1, "--businesses must be at least 1, not " + businesses);
        if (Files.exists(output)) {
            require(Files.isDirectory(output), "--output " + output + " is no folder");
            try (var files = Files.list(output)) {
                require(
                        files.allMatch(
                                file -> WRITTEN.contains(file.getFileName().toString())),
                        "--output " + output + " holds something else: name a new folder");
            }
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), message);
        }
    }

    private int freePort() {
        try {
            return FlinkRest.freePort(webUiPort);
        } catch (IOException e) {
            throw new JobFailure("the web UI cannot have port " + webUiPort + " (" + e.getMessage()
                    + "): --web-ui.port 0 takes any free one");
        }
    }

    /** Held as long as this process lives. */
    private FileChannel lock() throws IOException {
        var lock = FileChannel.open(output.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            throw new JobFailure("a cluster runs in " + output + ": stop it, or name another folder with --output");
        }
        return lock;
    }
}
