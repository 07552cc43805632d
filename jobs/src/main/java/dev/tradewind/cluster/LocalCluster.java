package dev.tradewind.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A broker, a job manager, task managers and one job, whose processes are replaced when they die, as Kubernetes does it. The job
 * outlives them all: it goes on from its last checkpoint, also where the job manager was lost.
 */
public final class LocalCluster implements AutoCloseable {
    private static final Duration TOO_SHORT_A_LIFE = Duration.ofSeconds(5);
    private static final int KILLED = 128 + 9;

    /** One of the cluster's processes. */
    public record Member(String name, Process process, Path log, Instant started) {
        static Member of(String name, Process process, Path log) {
            return new Member(name, process, log, Instant.now());
        }

        public long pid() {
            return process.pid();
        }

        private String line() {
            return String.format("%-14s pid %-7d %s", name, pid(), log);
        }

        private boolean hasDied() {
            return !process.isAlive();
        }

        private boolean wasKilled() {
            return process.exitValue() == KILLED;
        }

        private boolean hardlyLived() {
            return Duration.between(started, Instant.now()).compareTo(TOO_SHORT_A_LIFE) < 0;
        }
    }

    private final KafkaProcess kafka;
    private final FlinkProcesses flink;
    private final Consumer<String> news;
    private final List<Member> taskManagers = new ArrayList<>();
    private Member broker;
    private Member jobManager;
    private int taskManagersSoFar;
    private Class<?> main;
    private String[] args;
    private String job;
    private int restores;

    private LocalCluster(KafkaProcess kafka, Member broker, FlinkProcesses flink, Consumer<String> news) {
        this.kafka = kafka;
        this.broker = broker;
        this.flink = flink;
        this.news = news;
        jobManager = member("jobmanager", flink.jobManager());
    }

    /**
     * Starts all but the job.
     *
     * @param folder of which {@code kafka} and {@code flink} are emptied
     * @param restPort also of the web UI; a free one
     * @param news is told in one line of each process that starts or died and each restart of the job
     */
    public static LocalCluster start(Path folder, int restPort, int taskManagers, Consumer<String> news)
            throws Exception {
        var kafka = KafkaProcess.start(folder.resolve("kafka"));
        try {
            var broker = Member.of("broker", kafka.process(), kafka.log());
            news.accept(broker.line());
            var flink = FlinkProcesses.start(folder.resolve("flink"), settings(restPort));
            var cluster = new LocalCluster(kafka, broker, flink, news);
            try {
                news.accept(cluster.jobManager.line());
                for (int i = 0; i < taskManagers; i++) {
                    news.accept(cluster.addTaskManager().line());
                }
            } catch (Exception e) {
                flink.close();
                throw e;
            }
            return cluster;
        } catch (Exception e) {
            kafka.close();
            throw e;
        }
    }

    private static Map<String, String> settings(int restPort) {
        return Map.of(
                "rest.port", String.valueOf(restPort),
                "heartbeat.timeout", "30s",
                "web.cancel.enable", "false",
                "execution.checkpointing.interval", "2s",
                "restart-strategy.type", "exponential-delay",
                "restart-strategy.exponential-delay.max-backoff", "5s",
                "metrics.fetcher.update-interval", "2000");
    }

    private Member member(String name, Process process) {
        return Member.of(name, process, flink.log(name));
    }

    private Member addTaskManager() throws IOException {
        var name = "taskmanager-" + ++taskManagersSoFar;
        var added = member(name, flink.startTaskManager(name));
        taskManagers.add(added);
        return added;
    }

    public KafkaProcess kafka() {
        return kafka;
    }

    public FlinkRest rest() {
        return flink.rest();
    }

    /** The processes as they are now, the broker first. */
    public List<Member> members() {
        List<Member> members = new ArrayList<>(List.of(broker, jobManager));
        members.addAll(taskManagers);
        return members;
    }

    /**
     * Submits the job, with a subtask of each operator on every task manager.
     *
     * @return its id
     */
    public String submit(Class<?> main, String... args) throws Exception {
        this.main = main;
        this.args = args.clone();
        job = flink.submit(main, taskManagers.size(), args);
        return job;
    }

    /**
     * Replaces what died since the last call.
     *
     * @throws IllegalStateException where a process ended by itself as soon as it was started
     */
    public void mend() throws Exception {
        for (var member : members()) {
            if (member.hasDied() && member.hardlyLived() && !member.wasKilled()) {
                throw new IllegalStateException("the " + member.name() + " ended with exit code "
                        + member.process().exitValue() + " as soon as it was started; see " + member.log());
            }
        }
        if (broker.hasDied()) {
            kafka.startAgain();
            var dead = broker;
            broker = Member.of(dead.name(), kafka.process(), kafka.log());
            news.accept(died(dead) + "started again with what it held, pid " + broker.pid());
        }
        if (jobManager.hasDied()) {
            replaceJobManager();
        }
        for (var member : List.copyOf(taskManagers)) {
            if (member.hasDied()) {
                taskManagers.remove(member);
                var added = addTaskManager();
                news.accept(died(member) + added.name() + " takes its place, pid " + added.pid());
            }
        }
        tellOfRestores();
    }

    /** Nobody but the dead one knew of the job. */
    private void replaceJobManager() throws Exception {
        var dead = jobManager;
        jobManager = member(dead.name(), flink.startJobManager());
        var checkpoint = flink.lastCheckpoint();
        job = checkpoint.isPresent()
                ? flink.submitFrom(checkpoint.get().toString(), main, taskManagers.size(), args)
                : flink.submit(main, taskManagers.size(), args);
        restores = 0;
        news.accept(died(dead) + "started again, pid " + jobManager.pid() + "; the job is now " + job);
    }

    private static String died(Member member) {
        return member.name() + " died (pid " + member.pid() + "): ";
    }

    private void tellOfRestores() throws InterruptedException {
        try {
            var checkpoints = rest().get("/jobs/" + job + "/checkpoints");
            int now = checkpoints.at("/counts/restored").asInt();
            if (now > restores) {
                restores = now;
                news.accept("the job goes on from checkpoint "
                        + checkpoints.at("/latest/restored/id").asText());
            }
        } catch (IOException e) {
            // the job manager is busy or has just died: the next call tells
        }
    }

    /**
     * Ends the job as if its input had ended, so that all it took is answered and committed, and then the processes in order.
     *
     * @param patience for the job
     * @return whether the job ended well
     */
    public boolean stop(Duration patience) throws Exception {
        boolean ended = drain(Instant.now().plus(patience));
        taskManagers.forEach(member -> Jvm.tellToEnd(member.process()));
        for (var member : taskManagers) {
            Jvm.end(member.process());
        }
        Jvm.end(jobManager.process());
        Jvm.end(broker.process());
        return ended;
    }

    private boolean drain(Instant end) throws InterruptedException {
        String asked = null;
        while (Instant.now().isBefore(end)) {
            try {
                if (asked == null || flink.wasRefused(asked)) {
                    asked = flink.drain(job);
                }
                var known = rest().get("/jobs/" + job);
                if (known.get("end-time").asLong() > 0) {
                    return known.get("state").asText().equals("FINISHED");
                }
            } catch (IOException e) {
                // the job is between two attempts, or its manager is gone: asked again
            }
            Thread.sleep(100);
        }
        return false;
    }

    /** Kills what still runs. */
    @Override
    public void close() throws IOException {
        try {
            flink.close();
        } finally {
            kafka.close();
        }
    }
}
