package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that {@code model-export/tests/trained_bundle.py} wrote: a small trained model, pooled in its graph, with a bias. */
class TrainedBundleTest {
    private static final String RESOURCES = "/dev/tradewind/classify/trained-bundle/";
    private static final Segments NOTHING =
            new Segments(Collections.nCopies(ModelBundle.SEGMENTS, new Segments.Segment("", null, "")), "");

    /** Of 8 bits, another processor's rounding may move a value by a step. */
    @ParameterizedTest
    @CsvSource({"fp32, 1e-4", "int8, 2e-2"})
    void judgesAsPythonDid(String precision, double most) throws Exception {
        try (IndustryModel model = open(precision)) {
            ParityCases.judgedAlike(model, RESOURCES + precision + "/parity.json", most);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "int8"})
    void judgesTheSameWhateverElseIsAsked(String precision) throws Exception {
        List<Segments> sites = ParityCases.random(20, 40, new Random(5));
        sites.addAll(ParityCases.sites(RESOURCES + precision + "/parity.json"));

        ParityCases.judgedTheSameInAnyCrowd(location(precision), sites, 12, 150, 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp32", "int8"})
    void hasEvidenceThatAddsUpWithWhatNothingSays(String precision) throws Exception {
        try (IndustryModel model = open(precision)) {
            float[] ofNothing = model.judge(NOTHING).get().logits();
            for (Segments segments : ParityCases.random(200, 20, new Random(6))) {
                Judgement judgement = model.judge(segments).get();
                int first = place(judgement, 0);
                int second = place(judgement, 1);

                double shares = judgement.evidence().stream()
                        .mapToDouble(Prediction.Evidence::weight)
                        .sum();

                double baseline = (double) ofNothing[first] - ofNothing[second];
                double difference =
                        (double) judgement.logits()[first] - judgement.logits()[second];
                assertThat(Math.abs(baseline)).isGreaterThan(0.01);
                assertThat(shares + baseline).isCloseTo(difference, within(1e-4));
            }
        }
    }

    private static int place(Judgement judgement, int rank) {
        double probability = judgement.best().get(rank).probability();
        for (int i = 0; i < judgement.probabilities().length; i++) {
            if (judgement.probabilities()[i] == probability) {
                return i;
            }
        }
        throw new AssertionError();
    }

    private static IndustryModel open(String precision) throws Exception {
        return IndustryModel.open(new ModelSettings(location(precision), "cpu", 4_096, 0, 0, 1, 1 << 20), 0);
    }

    private static String location(String precision) throws Exception {
        return Path.of(TrainedBundleTest.class
                        .getResource(RESOURCES + precision + "/model.json")
                        .toURI())
                .getParent()
                .toString();
    }
}
