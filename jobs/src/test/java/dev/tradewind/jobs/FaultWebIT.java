package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Page;
import dev.tradewind.testdata.FaultWeb;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One run over every fault of {@link FaultWeb} mixed with sound sites. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultWebIT {
    private Invocation run;
    private List<Prediction> predictions;
    private Map<String, Answer> expected;

    private record Answer(String status, String reason, int pages) {}

    @BeforeAll
    void classifyAll(@TempDir Path folder) throws Exception {
        try (var web = LoopbackWeb.start()) {
            SampleSites.serve(web);
            var faults = FaultWeb.serve(web);
            expected = faults.stream()
                    .collect(Collectors.toMap(
                            FaultWeb.Fault::name, fault -> new Answer(fault.status(), fault.reason(), fault.pages())));
            SampleSites.expected()
                    .forEach((id, sample) ->
                            expected.put(id, new Answer(sample.status(), sample.reason(), sample.pages())));
            var input = Files.createDirectories(folder.resolve("in"));
            Files.writeString(input.resolve("faults.csv"), FaultWeb.businesses(faults));
            Files.writeString(input.resolve("sound.csv"), SampleSites.businesses(web));
            run = Invocation.of(
                    "classify",
                    "--input=" + input,
                    "--output=" + folder.resolve("out"),
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=5ms",
                    "--crawl.address-delay=0s",
                    "--crawl.deadline=4s",
                    "--checkpoint.interval=1s",
                    "--web-ui.port=-1");
            predictions = Invocation.predictions(folder.resolve("out"));
        }
    }

    @Test
    void everyBusinessGetsExactlyOneAnswerAndTheJobEndsWell() {
        assertThat(run.code()).as(run.said()).isZero();
        assertThat(predictions).extracting(Prediction::id).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void everyFaultLeadsToTheAnswerItDeserves() {
        assertThat(answers(prediction ->
                        new Answer(prediction.status(), prediction.reason(), (int) readPages(prediction))))
                .containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void everyAnswerIsWholeWhateverItsStatus() {
        assertThat(predictions).allSatisfy(prediction -> {
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
    void noLookIsWastedOnLinksWithoutEnd() {
        assertThat(predictions)
                .filteredOn(prediction -> Set.of("session-ids", "repeated-path", "endless-query", "dated-archive")
                        .contains(prediction.id()))
                .hasSize(4)
                .allSatisfy(prediction -> assertThat(prediction.pages())
                        .hasSize(expected.get(prediction.id()).pages()));
    }

    private Map<String, Answer> answers(Function<Prediction, Answer> answer) {
        return new TreeMap<>(predictions.stream().collect(Collectors.toMap(Prediction::id, answer)));
    }

    private static long readPages(Prediction prediction) {
        return prediction.pages().stream().filter(Page::read).count();
    }
}
