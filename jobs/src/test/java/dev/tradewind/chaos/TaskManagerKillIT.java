package dev.tradewind.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.classify.Prediction;
import dev.tradewind.cluster.FlinkProcesses;
import dev.tradewind.jobs.Tradewind;
import dev.tradewind.report.JsonLines;
import dev.tradewind.testdata.FaultWeb;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Request;
import dev.tradewind.testdata.SampleSites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job on a cluster of processes, of which one that fetches is killed in the middle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class TaskManagerKillIT {
    private static final Duration DELAY = Duration.ofMillis(300);
    private static final Duration LONG_DELAY = Duration.ofSeconds(1);
    private static final String UNHURRIED = "site-28";
    private static final String NO_BUSINESS = "id,name,url\n";
    private static final int SITES = 66;
    private static final int SITES_FIRST = 20;
    private static final int REQUESTS_BEFORE_THE_KILL = 150;

    private record Pause(String host, String from, String to, long millis, boolean overTheKill) {}

    private final Map<String, Answer> expected = new HashMap<>();
    private final List<Prediction> predictions = new ArrayList<>();
    private final CountDownLatch killed = new CountDownLatch(1);
    private List<Request> requests;
    private long timeOfTheKill;
    private String end;
    private List<String> failures;

    @BeforeAll
    void classifyWhileATaskManagerDies(@TempDir Path folder) throws Exception {
        try (var web = LoopbackWeb.start();
                var cluster = FlinkProcesses.start(Path.of("target/task-manager-kill"), Map.of())) {
            var input = Files.createDirectories(folder.resolve("in"));
            var output = folder.resolve("out");
            var victim = cluster.startTaskManager("first");
            cluster.startTaskManager("second");
            var later =
                    Files.writeString(folder.resolve("later.csv"), serve(web, SITES_FIRST, SITES, serveFaults(web)));
            Files.writeString(input.resolve("first.csv"), serve(web, 0, SITES_FIRST, NO_BUSINESS));
            var job = cluster.submit(
                    Tradewind.class,
                    2,
                    "classify",
                    "--follow",
                    "--input=" + input,
                    "--output=" + output,
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=" + DELAY.toMillis() + "ms",
                    "--crawl.address-delay=0s",
                    "--crawl.deadline=10min",
                    "--crawl.site-deadline=10min");
            cluster.awaitCheckpoint(job);

            Files.move(later, input.resolve("later.csv"));
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> web.requests().size() >= REQUESTS_BEFORE_THE_KILL);
            timeOfTheKill = System.nanoTime();
            cluster.kill(victim);
            killed.countDown();
            cluster.startTaskManager("third");
            cluster.awaitRestore(job);
            cluster.drain(job);
            end = cluster.awaitEnd(job);
            failures = cluster.failures(job);
            requests = web.requests();
            JsonLines.read(output.resolve("predictions"), Prediction.class, predictions::add);
        }
    }

    /** @return the businesses */
    private String serveFaults(LoopbackWeb web) {
        var faults = FaultWeb.serve(web).stream()
                .filter(fault -> Businesses.FAULTS.contains(fault.name()))
                .toList();
        faults.forEach(fault -> expected.put(fault.name(), new Answer(fault.status(), fault.reason(), fault.pages())));
        return FaultWeb.businesses(faults);
    }

    /**
     * Of the later sites every other gives no home page before the kill, so that it always comes in the middle.
     *
     * @return the businesses, after those given
     */
    private String serve(LoopbackWeb web, int from, int to, String given) {
        var businesses = new StringBuilder(given);
        var samples = List.copyOf(SampleSites.expected().entrySet());
        for (int i = from; i < to; i++) {
            var sample = samples.get(i % samples.size());
            var name = "site-" + i;
            var site = SampleSites.serve(web, sample.getKey(), name);
            if (name.equals(UNHURRIED)) {
                site.robots("User-agent: *\nCrawl-delay: " + LONG_DELAY.toSeconds() + "\n");
            }
            if (i >= SITES_FIRST && i % 2 == 1) {
                site.heldBack("/", killed);
            }
            var answer = sample.getValue();
            expected.put(name, new Answer(answer.status(), answer.reason(), answer.pages()));
            businesses.append(name).append(",,").append(web.url(name, "/")).append('\n');
        }
        return businesses.toString();
    }

    @Test
    void theJobWasInterruptedInTheMiddleAndEndedWell() {
        assertThat(end).isEqualTo("FINISHED");
        assertThat(failures).isNotEmpty();
        assertThat(pauses()).as("visits that were under way").anyMatch(Pause::overTheKill);
    }

    @Test
    void everyBusinessGetsExactlyTheAnswerThatItsSiteDeserves() {
        assertThat(predictions).extracting(Prediction::id).containsExactlyInAnyOrderElementsOf(expected.keySet());
        assertThat(predictions)
                .filteredOn(prediction -> !Answer.of(prediction).equals(expected.get(prediction.id())))
                .extracting(Prediction::id, Answer::of)
                .isEmpty();
    }

    @Test
    void noHostSawTwoRequestsCloserThanItsDelay() {
        assertThat(pauses()).isNotEmpty().filteredOn(this::isTooShort).isEmpty();
    }

    private boolean isTooShort(Pause pause) {
        boolean knowsTheDelay = pause.host.equals(UNHURRIED + ".localhost") && !pause.from.equals("/robots.txt");
        return pause.millis < (knowsTheDelay ? LONG_DELAY : DELAY).toMillis();
    }

    /** The times between each two requests that a host saw one after the other. */
    private List<Pause> pauses() {
        Map<String, Request> last = new HashMap<>();
        List<Pause> pauses = new ArrayList<>();
        for (var request : byTime(requests)) {
            var before = last.put(request.host(), request);
            if (before != null) {
                pauses.add(new Pause(
                        request.host(),
                        before.path(),
                        request.path(),
                        TimeUnit.NANOSECONDS.toMillis(request.nanoTime() - before.nanoTime()),
                        before.nanoTime() - timeOfTheKill < 0 && request.nanoTime() - timeOfTheKill > 0));
            }
        }
        return pauses;
    }

    private static List<Request> byTime(List<Request> requests) {
        return requests.stream()
                .sorted((one, other) -> Long.signum(one.nanoTime() - other.nanoTime()))
                .toList();
    }
}
