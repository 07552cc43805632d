package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.tradewind.classify.Prediction;
import dev.tradewind.cluster.Jvm;
import dev.tradewind.fetch.Page;
import dev.tradewind.testdata.FaultWeb;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run over every fault of {@link FaultWeb} mixed with 200 sound sites, in a JVM of 1 GiB whose job may not start anew. What came of
 * each fault, and how much heap it took, is in {@code target/fault-web.md}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class FaultWebIT {
    private static final Path TARGET = Path.of("target");
    private static final int SOUND_SITES = 200;
    private static final int HEAP_MIB = 1024;
    private static final String DEADLINE = "8s";
    private static final String SHORT_DEADLINE = "1s";

    private final LoopbackWeb web = LoopbackWeb.start();
    private List<FaultWeb.Fault> faults;
    private Map<String, String> soundSites;

    @TempDir
    private static Path folder;

    private Path output;
    private int exitCode;
    private String said;
    private Map<String, Prediction> predictions;
    private List<String> ids;

    private record Answer(String status, String reason, int pages) {
        static Answer of(FaultWeb.Fault fault) {
            return new Answer(fault.status(), fault.reason(), fault.pages());
        }

        static Answer of(Prediction prediction) {
            return new Answer(prediction.status(), prediction.reason(), (int)
                    prediction.pages().stream().filter(Page::read).count());
        }
    }

    @BeforeAll
    void classifyAll() throws Exception {
        faults = FaultWeb.serve(web);
        soundSites = serveSoundSites();
        List<String> lines = new ArrayList<>(soundSites.values());
        faults.forEach(fault -> lines.add(line(fault)));
        Collections.shuffle(lines, new Random(3));
        output = folder.resolve("out");
        var gcLog = TARGET.resolve("fault-web-gc.log").toAbsolutePath();

        long started = System.nanoTime();
        var process = Jvm.of(
                        Tradewind.class.getName(),
                        List.of(
                                "-Xmx" + HEAP_MIB + "m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xlog:gc:file=" + gcLog,
                                "-Dlog4j2.configurationFile=classpath:log4j2.properties"),
                        List.of(command(lines, output, DEADLINE)),
                        folder.resolve("said.txt"))
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        var time = Duration.ofNanos(System.nanoTime() - started);
        exitCode = process.exitValue();
        said = Files.readString(folder.resolve("said.txt"));
        var answers = Invocation.predictions(output);
        ids = answers.stream().map(Prediction::id).toList();
        predictions = byId(answers);
        FaultReport.write(TARGET.resolve("fault-web.md"), faults, soundSites.keySet(), predictions, time, gcLog);
    }

    @AfterAll
    void closeWeb() {
        web.close();
    }

    @Test
    void everyBusinessGetsExactlyOneAnswerAndTheJobEndsWellWithoutAStartAnew() throws IOException {
        assertThat(exitCode).as(said).isZero();
        var expected = new ArrayList<>(soundSites.keySet());
        faults.forEach(fault -> expected.add(fault.name()));
        assertThat(faults).hasSizeGreaterThanOrEqualTo(60);
        assertThat(ids).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(output.resolve("tradewind.log")).content().doesNotContain("this is a bug", "to RESTARTING");
    }

    @Test
    void everyFaultLeadsToTheAnswerItDeserves() {
        assertThat(faults).allSatisfy(fault -> assertThat(predictions.get(fault.name()))
                .extracting(Answer::of)
                .as(fault.name())
                .isEqualTo(Answer.of(fault)));
    }

    @Test
    void everyAnswerIsWholeWhateverItsStatus() {
        assertThat(predictions.values()).allSatisfy(prediction -> {
            assertThat(prediction.model()).isNotBlank();
            assertThat(prediction.pages()).isNotEmpty();
            assertThat(prediction.submittedAt()).isBeforeOrEqualTo(prediction.classifiedAt());
            assertThat(prediction.industries()).hasSize(prediction.status().equals("classified") ? 3 : 0);
            assertThat(prediction.evidence().isEmpty())
                    .isEqualTo(!prediction.status().equals("classified"));
            assertThat(prediction.pages()).extracting(Page::text).containsOnlyNulls();
        });
    }

    @Test
    void theHeapIsBounded() throws IOException {
        assertThat(FaultReport.peakHeapAfterCollection(TARGET.resolve("fault-web-gc.log")))
                .isBetween(1, HEAP_MIB * 3 / 4);
    }

    @Test
    void noLookIsWastedOnLinksWithoutEnd() {
        assertThat(faults)
                .filteredOn(fault -> Set.of("session-ids", "repeated-path", "endless-query", "dated-archive")
                        .contains(fault.name()))
                .hasSize(4)
                .allSatisfy(fault ->
                        assertThat(predictions.get(fault.name()).pages()).hasSize(fault.pages()));
    }

    @Test
    void soundSitesFareAsTheyDoWithoutTheFaults() throws Exception {
        var alone = run("alone", soundSites.values(), DEADLINE);

        assertThat(alone).hasSize(SOUND_SITES).allSatisfy(prediction -> {
            assertThat(prediction.status()).isEqualTo("classified");
            assertThat(predictions.get(prediction.id()))
                    .usingRecursiveComparison()
                    .ignoringFields("pages.millis", "pages.fetchedAt", "submission", "submittedAt", "classifiedAt")
                    .isEqualTo(prediction);
        });
    }

    @Test
    void aRunHoldsNothingAfterItsEnd() throws Exception {
        run("first", soundSites.values().stream().limit(2).toList(), DEADLINE);
        long filesBefore = openFiles();

        run("faults", faults.stream().map(FaultWebIT::line).toList(), SHORT_DEADLINE);

        await().untilAsserted(() -> {
            assertThat(web.openConnections()).as("connections").isZero();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("tradewind-") || name.startsWith("encode-"));
            assertThat(openFiles()).as("open files").isLessThanOrEqualTo(filesBefore);
        });
    }

    /** Classifies in this JVM. */
    private static List<Prediction> run(String name, Collection<String> lines, String deadline) throws IOException {
        var run = Invocation.of(command(lines, folder.resolve(name), deadline));
        assertThat(run.code()).as(run.said()).isZero();
        return Invocation.predictions(folder.resolve(name));
    }

    private static String[] command(Collection<String> lines, Path to, String deadline) throws IOException {
        var input = Files.createDirectories(folder.resolve("in-" + to.getFileName()));
        Files.writeString(input.resolve("businesses.csv"), "id,name,url\n" + String.join("\n", lines) + "\n");
        return new String[] {
            "classify",
            "--input=" + input,
            "--output=" + to,
            "--crawl.allow-addresses=127.0.0.0/8",
            "--crawl.delay=5ms",
            "--crawl.address-delay=0s",
            "--crawl.deadline=" + deadline,
            "--crawl.sites-in-flight=5",
            "--checkpoint.interval=1s",
            "--flink=restart-strategy.type=none",
            "--web-ui.port=-1"
        };
    }

    private static String line(FaultWeb.Fault fault) {
        return fault.name() + ",," + fault.url();
    }

    /** @return the line of input of each, by its id */
    private Map<String, String> serveSoundSites() {
        var samples = SampleSites.expected().entrySet().stream()
                .filter(sample -> sample.getValue().status().equals("classified"))
                .map(Map.Entry::getKey)
                .toList();
        Map<String, String> lines = new TreeMap<>();
        for (int i = 0; i < SOUND_SITES; i++) {
            var name = "sound-%03d".formatted(i);
            SampleSites.serve(web, samples.get(i % samples.size()), name);
            lines.put(name, name + ",," + web.url(name, "/"));
        }
        return lines;
    }

    private static Map<String, Prediction> byId(List<Prediction> predictions) {
        return predictions.stream().collect(Collectors.toMap(Prediction::id, Function.identity(), (one, two) -> one));
    }

    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
