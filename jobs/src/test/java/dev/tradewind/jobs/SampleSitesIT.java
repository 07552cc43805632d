package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.classify.Prediction;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcResponse;

/** What {@code demo} leaves behind, and what its archive is worth. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SampleSitesIT {
    @TempDir
    static Path folder;

    private Path output;
    private Map<String, Prediction> predictions;

    @BeforeAll
    void runTheDemo() throws IOException {
        output = folder.resolve("demo");
        var demo = Invocation.of("demo", "--output=" + output, "--web-ui.port=-1");
        assertThat(demo.code()).as(demo.said()).isZero();
        assertThat(demo.said()).contains("14 answered: 11 classified, 2 abstained, 1 failed", "report.html");
        predictions = byId(output);
    }

    @Test
    void eachSampleBusinessIsGivenItsIndustry() {
        SampleSites.expected()
                .forEach(
                        (id, expected) -> assertThat(predictions.get(id)).as(id).satisfies(prediction -> {
                            assertThat(prediction.status()).isEqualTo(expected.status());
                            assertThat(prediction.reason()).isEqualTo(expected.reason());
                            if (expected.status().equals("classified")) {
                                assertThat(expected.industries())
                                        .contains(prediction.industries().get(0).id());
                            }
                        }));
    }

    @Test
    void itsOutputIsCompleteWhenTheCommandReturns() throws IOException {
        assertThat(output.resolve("report.html")).content().contains("demo-01-plumber");
        assertThat(output.resolve("businesses.csv")).exists();
        try (var files = Files.walk(output)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith(".") || name.contains("inprogress"));
        }
    }

    @Test
    void everyResponseThatWasHadIsInTheWarcFiles() throws IOException {
        long looksWithAResponse = predictions.values().stream()
                .flatMap(prediction -> prediction.pages().stream())
                .filter(page -> page.httpStatus() > 0)
                .count();
        long responses = 0;
        try (var files = Files.list(output.resolve("archive/warc"))) {
            for (var file : files.toList()) {
                try (var reader = new WarcReader(file)) {
                    for (var record : reader) {
                        responses += record instanceof WarcResponse ? 1 : 0;
                    }
                }
            }
        }
        assertThat(responses).isPositive().isEqualTo(looksWithAResponse);
    }

    @Test
    void theArchiveGivesTheSamePredictionsWhenTheWebIsGoneAndALineIsTorn() throws IOException {
        var again = folder.resolve("again");
        var torn = Files.writeString(output.resolve("archive/pages/torn.jsonl"), "\n{\"id\":\"demo-01-plum");
        var replay = Invocation.of(
                "classify",
                "--source=archive",
                "--input=" + output.resolve("archive"),
                "--output=" + again,
                "--checkpoint.interval=1s",
                "--parallelism=1",
                "--web-ui.port=-1");
        assertThat(replay.code()).as(replay.said()).isZero();
        assertThat(Invocation.rejected(again)).singleElement().satisfies(line -> {
            assertThat(line.get("reason").asText()).isEqualTo("not-a-page");
            assertThat(Path.of(line.get("file").asText()))
                    .hasFileName(torn.getFileName().toString());
            assertThat(line.get("line_number").asInt()).isEqualTo(2);
        });

        var replayed = byId(again);
        assertThat(replayed).hasSameSizeAs(predictions);
        predictions.forEach((id, prediction) -> assertThat(replayed.get(id)).satisfies(other -> {
            assertThat(other.pages()).isEqualTo(prediction.pages());
            assertThat(other.reason()).isEqualTo(prediction.reason());
            assertThat(other.submittedAt()).isEqualTo(prediction.submittedAt());
            assertThat(other.industries())
                    .usingElementComparator(Comparator.comparing(Prediction.Industry::id))
                    .isEqualTo(prediction.industries());
            for (int i = 0; i < prediction.industries().size(); i++) {
                assertThat(other.industries().get(i).probability())
                        .isCloseTo(prediction.industries().get(i).probability(), within(1e-5));
            }
        }));
    }

    @Test
    void aCrawlLeavesTheArchiveAlone() throws IOException {
        var crawled = folder.resolve("crawled");
        try (var web = LoopbackWeb.start()) {
            SampleSites.serve(web);
            var input = Files.writeString(folder.resolve("crawl.csv"), SampleSites.businesses(web));
            var crawl = Invocation.of(
                    "crawl",
                    "--input=" + input,
                    "--output=" + crawled,
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=5ms",
                    "--crawl.address-delay=0s",
                    "--checkpoint.interval=1s",
                    "--web-ui.port=-1");
            assertThat(crawl.code()).as(crawl.said()).isZero();
            assertThat(crawl.said()).contains("0 rejected; 62 pages looked at").doesNotContain("answered");
        }
        assertThat(crawled.resolve("archive/pages")).isNotEmptyDirectory();
        assertThat(crawled.resolve("archive/warc")).isNotEmptyDirectory();
        assertThat(crawled.resolve("predictions")).doesNotExist();
    }

    @Test
    void aSecondDemoReplacesTheFirst() throws IOException {
        var other = folder.resolve("twice");
        for (int i = 0; i < 2; i++) {
            assertThat(Invocation.of("demo", "--output=" + other, "--web-ui.port=-1")
                            .code())
                    .isZero();
        }
        assertThat(byId(other)).hasSize(14);
    }

    private static Map<String, Prediction> byId(Path output) throws IOException {
        List<Prediction> predictions = Invocation.predictions(output);
        return predictions.stream().collect(Collectors.toMap(Prediction::id, Function.identity()));
    }
}
