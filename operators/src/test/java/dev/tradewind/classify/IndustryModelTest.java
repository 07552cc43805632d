package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tradewind.encode.SegmentEncoder;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndustryModelTest {
    private static final String[] WORDS =
            "pipe drains bread oven cake tooth crown smile law court divorce the of our family home about zebra 12 !"
                    .split(" ");
    private static final String[] EXTENSIONS = {"com", "co.uk", "ca", "us", "museum", ""};

    private static IndustryModel model;

    @BeforeAll
    static void open() throws Exception {
        model = IndustryModel.open(TinyBundle.settings(), 0);
    }

    @AfterAll
    static void close() throws Exception {
        model.close();
    }

    @Test
    void judgesByWhatThePagesSay() throws Exception {
        Judgement judgement = judge(CutSegments.of(Visits.plumber("1")));

        assertThat(judgement.best()).hasSize(3);
        assertThat(judgement.best().get(0).id()).isEqualTo("plumber");
        assertThat(judgement.best().get(0).probability()).isGreaterThan(0.5);
    }

    @Test
    void spreadsProbabilitiesOverAllIndustries() throws Exception {
        for (Segments segments : randomSegments(20)) {
            double[] probabilities = judge(segments).probabilities();

            assertThat(probabilities).hasSize(4);
            assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void dividesLogitsByTheTemperature() throws Exception {
        Judgement judgement = judge(CutSegments.of(Visits.plumber("1")));

        double odds = judgement.probabilities()[0] / judgement.probabilities()[1];
        assertThat(Math.log(odds) * 1.5)
                .isCloseTo(judgement.logits()[0] - judgement.logits()[1], within(1e-6));
    }

    @Test
    void putsTheBestFirst() throws Exception {
        for (Segments segments : randomSegments(50)) {
            List<Prediction.Industry> best = judge(segments).best();

            assertThat(best.get(0).probability())
                    .isGreaterThanOrEqualTo(best.get(1).probability());
            assertThat(best.get(1).probability())
                    .isGreaterThanOrEqualTo(best.get(2).probability());
        }
    }

    @Test
    void givesEachSegmentItsExactShareOfTheLogitDifference() throws Exception {
        float[] ofNothing = judge(emptyBut(-1, "", "")).logits();
        for (Segments segments : randomSegments(200)) {
            Judgement judgement = judge(segments);
            int first = index(judgement, 0);
            int second = index(judgement, 1);

            double shares = judgement.evidence().stream()
                    .mapToDouble(Prediction.Evidence::weight)
                    .sum();

            double difference = (double) judgement.logits()[first] - judgement.logits()[second];
            assertThat(shares).isCloseTo(difference - (ofNothing[first] - ofNothing[second]), within(1e-4));
        }
    }

    @Test
    void namesTheStrongestEvidenceFirstAndNoSegmentThatIsEmpty() throws Exception {
        List<Prediction.Evidence> evidence =
                judge(CutSegments.of(Visits.plumber("1"))).evidence();

        assertThat(evidence)
                .extracting(Prediction.Evidence::segment)
                .containsExactlyInAnyOrder(
                        "page-1-text",
                        "page-2-text",
                        "page-1-title",
                        "page-2-title",
                        "domain",
                        "business-name",
                        "url-extension");
        assertThat(evidence).isSortedAccordingTo((a, b) -> Double.compare(Math.abs(b.weight()), Math.abs(a.weight())));
        assertThat(evidence)
                .filteredOn(share -> share.segment().equals("page-2-text"))
                .extracting(Prediction.Evidence::url)
                .containsExactly("https://smith-plumbing.com/about");
    }

    @Test
    void hasNoEvidenceInNothing() throws Exception {
        assertThat(judge(emptyBut(-1, "", "")).evidence()).isEmpty();
    }

    @Test
    void countsAnExtensionOnlyIfItHasAFlag() throws Exception {
        assertThat(judge(emptyBut(-1, "", "museum")).evidence()).isEmpty();
        assertThat(judge(emptyBut(-1, "", "co.uk")).evidence())
                .extracting(Prediction.Evidence::segment)
                .containsExactly("url-extension");
    }

    @Test
    void readsNoMoreOfASegmentThanItsLength() throws Exception {
        Segments within = emptyBut(10, "the the the the the the", "");
        Segments beyond = emptyBut(10, "the the the the the the bread bread bread", "");

        assertThat(judge(beyond).logits()).isEqualTo(judge(within).logits());
    }

    @Test
    void judgesTheSameInACrowdAsAlone() throws Exception {
        List<Segments> crowd = randomSegments(300);
        var judgements = new ArrayList<CompletableFuture<Judgement>>();
        for (Segments segments : crowd) {
            judgements.add(model.judge(segments));
        }

        try (IndustryModel alone =
                IndustryModel.open(new ModelSettings(TinyBundle.folder().toString(), "cpu", 100, 0, 1, 1, 0), 0)) {
            for (int i = 0; i < crowd.size(); i++) {
                float[] expected = alone.judge(crowd.get(i)).get().logits();
                assertThat(judgements.get(i).get().logits()).containsExactly(expected, within(1e-5f));
            }
        }
    }

    /** Each start of a job on a Flink cluster has a class loader of its own, and a native library only one. */
    @Test
    void opensAgainInAnotherClassLoaderAsAfterARestartOfAJob() throws Exception {
        List<URL> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.add(Path.of(entry).toUri().toURL());
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader other =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(other);
            Class<?> models = other.loadClass(IndustryModel.class.getName());
            Class<?> settings = other.loadClass(ModelSettings.class.getName());

            Object tiny = settings.getMethod("of", String.class, String.class)
                    .invoke(null, TinyBundle.folder().toString(), "cpu");
            var again = (AutoCloseable)
                    models.getMethod("open", settings, int.class).invoke(null, tiny, 0);

            assertThat(models).isNotSameAs(IndustryModel.class);
            assertThat(models.getMethod("version").invoke(again)).isEqualTo("tiny-1");
            again.close();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void refusesAHeadOfAnotherWidth(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        TinyBundle.editCard(folder, card -> card.put("hidden", 384));

        refused(folder, "head.onnx takes 106 values where 4618 are wanted, 12 segments of hidden 384");
    }

    @Test
    void refusesAHeadThatKnowsOtherIndustries(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        Files.writeString(
                folder.resolve("industries.csv"),
                "industry_id,name,policy\nbakery,Bakery,accept\ndentist,Dentist,accept\n");
        TinyBundle.seal(folder, "industries.csv");

        refused(folder, "head.onnx gives 4 values where 2 are wanted, the rows of industries.csv");
    }

    @Test
    void refusesAnEncoderOfAnotherWidth(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        TinyBundle.editCard(folder, card -> card.put("hidden", 16));
        put(folder, "head-of-another-encoder.onnx", "head.onnx");

        refused(folder, "encoder.onnx gives vectors of width 8 where model.json says hidden 16");
    }

    @Test
    void refusesAnEncoderThatPoolsOtherwise(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        TinyBundle.editCard(folder, card -> card.put("pooling", "none"));

        refused(folder, "encoder.onnx has no float output of 2 dimensions, as pooling none wants");
    }

    @Test
    void refusesGraphsInEachOthersPlace(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        put(folder, "head.onnx", "encoder.onnx");
        refused(folder, "encoder.onnx wants an input features");

        put(folder, "encoder.onnx", "head.onnx");
        refused(folder, "head.onnx takes");
    }

    @Test
    void refusesFilesThatAreNotWhatTheirNameSays(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        put(folder, "industries.csv", "encoder.onnx");
        refused(folder, "encoder.onnx cannot be read as an ONNX model");

        put(folder, "encoder.onnx", "encoder.onnx");
        put(folder, "industries.csv", "tokenizer.json");
        refused(folder, "tokenizer.json cannot be read as a tokenizer");
    }

    @Test
    void saysHowToGetCudaWhereTheBuildHasNone() {
        assumeFalse(SegmentEncoder.isBuiltWithCuda(), "it has");
        assertThatThrownBy(() ->
                        IndustryModel.open(ModelSettings.of(TinyBundle.folder().toString(), "cuda"), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("mvn -P gpu package");
    }

    @Test
    void takesTheCpuWhereThereIsNoCudaAndAnyDeviceWillDo() throws Exception {
        try (IndustryModel any =
                IndustryModel.open(ModelSettings.of(TinyBundle.folder().toString(), "auto"), 0)) {
            assertThat(any.provider()).isEqualTo("cpu");
            assertThat(any.whyNotCuda())
                    .hasValueSatisfying(why ->
                            assertThat(why).contains("or choose the device cpu").doesNotContain("\n"));
        }
    }

    private static void put(Path folder, String from, String to) throws IOException {
        Files.copy(TinyBundle.folder().resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        TinyBundle.seal(folder, to);
    }

    private static void refused(Path folder, String message) {
        assertThatThrownBy(() -> IndustryModel.open(ModelSettings.of(folder.toString(), "cpu"), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private static Judgement judge(Segments segments) throws Exception {
        return model.judge(segments).get();
    }

    private static int index(Judgement judgement, int place) {
        return List.of("plumber", "bakery", "dentist", "law-firm")
                .indexOf(judgement.best().get(place).id());
    }

    private static Segments emptyBut(int segment, String text, String extension) {
        var texts = new ArrayList<Segments.Segment>();
        for (int i = 0; i < 12; i++) {
            texts.add(new Segments.Segment("segment-" + i, null, i == segment ? text : ""));
        }
        return new Segments(texts, extension);
    }

    private static List<Segments> randomSegments(int count) {
        var random = new Random(11);
        var found = new ArrayList<Segments>();
        for (int i = 0; i < count; i++) {
            var texts = new ArrayList<Segments.Segment>();
            for (int j = 0; j < 12; j++) {
                var text = new StringBuilder();
                for (int words = random.nextInt(12) - 2; words > 0; words--) {
                    text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
                }
                texts.add(new Segments.Segment("segment-" + j, null, text.toString()));
            }
            found.add(new Segments(texts, EXTENSIONS[random.nextInt(EXTENSIONS.length)]));
        }
        return found;
    }
}
