package dev.tradewind.chaos;

import dev.tradewind.testdata.LoopbackWeb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** One job from topic to topic, over which the faults of a seed come while it works. */
final class ChaosRun {
    static final JobOptions OPTIONS = new JobOptions(Duration.ofMillis(300), 4);
    static final JobOptions UPGRADED = new JobOptions(Duration.ofMillis(400), 5);
    private static final int BUSINESSES = 330;
    private static final int PER_SECOND = 16;
    private static final int SLOWLY = 1;
    private static final int PARALLELISM = 2;
    private static final Duration SHORTLY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Schedule schedule;
    private final ChaosCluster cluster;
    private final Topics topics;
    private final SplittableRandom random;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private Committed committed;
    private Load load;

    private ChaosRun(Schedule schedule, ChaosCluster cluster) {
        this.schedule = schedule;
        this.cluster = cluster;
        topics = new Topics("seed-" + schedule.seed() + "-" + System.currentTimeMillis());
        random = new SplittableRandom(schedule.seed()).split();
    }

    static Verdict of(Schedule schedule, ChaosCluster cluster) throws Exception {
        return new ChaosRun(schedule, cluster).run();
    }

    private Verdict run() throws Exception {
        var started = Instant.now();
        try (var web = LoopbackWeb.start()) {
            var businesses = Businesses.serve(web, BUSINESSES, schedule.seed());
            cluster.broker().createTopics(1, topics.businesses(), topics.predictions(), topics.rejected());
            submit(null, PARALLELISM, OPTIONS);
            var broker = cluster.broker().address();
            committed = Committed.read(broker, topics);
            load = Load.start(broker, topics.businesses(), businesses.records(), PER_SECOND, committed);
            try {
                for (var planned : schedule.faults()) {
                    int after = planned.afterSent() * businesses.records().size() / 100;
                    await("records sent", () -> load.sent() >= after);
                    faults.add(new Strike(cluster, this, web, random).strike(planned.kind()));
                }
                await(
                        "answers to all",
                        () -> committed.answered() >= businesses.answers().size()
                                && committed.rejected().size()
                                        >= businesses.rejected().size());
                stop();
                committed.readToTheEnd(Duration.ofSeconds(30));
                return Verdict.of(
                        schedule,
                        Duration.between(started, Instant.now()),
                        businesses,
                        committed,
                        web.requests(),
                        terms,
                        faults);
            } finally {
                load.close();
                committed.close();
            }
        }
    }

    /** Those of the job as it runs. */
    JobOptions options() {
        return terms.get(terms.size() - 1).options();
    }

    /** Stops the job with a savepoint and lets it go on at another parallelism or with other options. */
    void goOn(int parallelism, JobOptions options) throws Exception {
        submit(stop(), parallelism, options);
    }

    /** Sends less for a while, so that not all businesses come to nothing. */
    void sendSlowly() {
        load.pace(SLOWLY);
    }

    void sendAsBefore() {
        load.pace(PER_SECOND);
    }

    /** Waits for one that is given from now on. */
    void awaitAnAnswer() throws Exception {
        var now = Instant.now();
        await("an answer", () -> committed.answers().stream()
                .anyMatch(seen -> seen.prediction().classifiedAt().isAfter(now)));
    }

    /** Ends the job, which cannot go on from its newest checkpoint, and lets it go on from an older one. */
    void goOnFrom(Path older) throws Exception {
        await("the failure", () -> cluster.flink().failures(cluster.job()).size() > 1);
        cluster.flink().cancel(cluster.job());
        var before = Files.getLastModifiedTime(older).toInstant().minus(SHORTLY);
        submit(older.toUri().toString(), PARALLELISM, options(), "--kafka.answered-since=" + before);
    }

    /** @param from savepoint or checkpoint, or null */
    private void submit(String from, int parallelism, JobOptions options, String... more) throws Exception {
        terms.add(new Term(options, Instant.now(), System.nanoTime()));
        cluster.submit(topics, from, parallelism, options, more);
    }

    /** @return the savepoint */
    private String stop() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                var savepoint = cluster.flink().stop(cluster.job());
                if (savepoint != null) {
                    cluster.flink().awaitEnd(cluster.job());
                    return savepoint;
                }
            } catch (IOException e) {
                // it starts anew, and cannot be stopped meanwhile
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        throw new IllegalStateException("the job cannot be stopped");
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
