package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.observe.Observation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // the harness says that closing it may throw anything
class ClassifyIndustryTest {
    private static final int FOREVER = 1_000_000;

    @Test
    void classifiesABusinessByItsPages() throws Exception {
        Prediction prediction = answer(Visits.plumber("7"));

        assertThat(prediction.status()).isEqualTo("classified");
        assertThat(prediction.reason()).isNull();
        assertThat(prediction.id()).isEqualTo("7");
        assertThat(prediction.name()).isEqualTo("Smith plumbing");
        assertThat(prediction.url()).isEqualTo("smith-plumbing.com");
        assertThat(prediction.model()).isEqualTo("tiny-1");
        assertThat(prediction.submittedAt()).isEqualTo(Visits.SUBMITTED);
        assertThat(prediction.industries().get(0).id()).isEqualTo("plumber");
        assertThat(prediction.evidence().get(0).segment()).isEqualTo("page-1-text");
    }

    @Test
    void listsThePagesWithoutTheirTexts() throws Exception {
        Prediction prediction = answer(Visits.plumber("7"));

        assertThat(prediction.pages()).hasSize(2).allMatch(page -> page.text() == null);
        assertThat(prediction.pages().get(1).title()).isEqualTo("About");
    }

    @Test
    void failsWithTheHomePagesOutcomeWhereNoPageCouldBeRead() throws Exception {
        Prediction prediction =
                answer(Visits.visit("7", "Joe", "joe.com", Visits.failure("http://joe.com/", Outcome.DNS_FAILURE)));

        assertThat(prediction.status()).isEqualTo("failed");
        assertThat(prediction.reason()).isEqualTo("dns-failure");
        assertThat(prediction.industries()).isEmpty();
        assertThat(prediction.evidence()).isEmpty();
        assertThat(prediction.pages()).hasSize(1);
    }

    @Test
    void failsWhereNoPageWasLookedAtInTime() throws Exception {
        Prediction prediction = answer(Visits.visit("7", "Joe", "joe.com"));

        assertThat(prediction.status()).isEqualTo("failed");
        assertThat(prediction.reason()).isEqualTo("deadline");
    }

    @Test
    void abstainsWherePagesSayNothing() throws Exception {
        Prediction prediction =
                answer(Visits.visit("7", "Joe", "joe.com", Visits.page("https://joe.com/", "Joe", " ")));

        assertThat(prediction.status()).isEqualTo("abstained");
        assertThat(prediction.reason()).isEqualTo("no-text");
        assertThat(prediction.industries()).isEmpty();
    }

    @Test
    void abstainsFromAParkedDomain() throws Exception {
        Prediction prediction = answer(Visits.visit(
                "7", "Pipes", "pipes.com", Visits.page("https://pipes.com/", "pipes.com", "Buy this domain. Pipes.")));

        assertThat(prediction.status()).isEqualTo("abstained");
        assertThat(prediction.reason()).isEqualTo("parked-domain");
        assertThat(prediction.industries()).isEmpty();
    }

    @Test
    void abstainsFromALanguageThatTheModelSaysItDoesNotRead(@TempDir Path folder) throws Exception {
        TinyBundle.copyTo(folder);
        TinyBundle.editCard(folder, card -> card.putArray("languages").add("en"));
        Observation french = Visits.visit(
                "7",
                "Plombier",
                "plombier.fr",
                Visits.page(
                        "https://plombier.fr/",
                        "Plombier",
                        "Nous réparons les tuyaux et les robinets dans toute la région, de jour comme de nuit, et sans supplément."));

        Prediction checked = answer(ModelSettings.of(folder.toString(), "cpu"), french);
        Prediction unchecked = answer(TinyBundle.settings(), french);

        assertThat(checked.status()).isEqualTo("abstained");
        assertThat(checked.reason()).isEqualTo("unread-language");
        assertThat(checked.industries()).isEmpty();
        assertThat(unchecked.industries()).isNotEmpty();
    }

    @Test
    void abstainsButSaysWhatItWouldGuessWhenItIsNotSure() throws Exception {
        Prediction prediction = answer(Visits.visit(
                "7",
                "Zebra",
                "zebra.com",
                Visits.page(
                        "https://zebra.com/",
                        "Zebra",
                        "we are on the home of you and they are in the house of the others at last")));

        assertThat(prediction.status()).isEqualTo("abstained");
        assertThat(prediction.reason()).isEqualTo("low-confidence");
        assertThat(prediction.industries()).hasSize(3);
        assertThat(prediction.industries().get(0).probability()).isLessThan(0.4);
    }

    @Test
    void answersEveryObservationOnce() throws Exception {
        try (var operator = harness(TinyBundle.settings())) {
            operator.open();
            for (Observation visit : Visits.plumbers(100)) {
                operator.processElement(new StreamRecord<>(visit));
            }
            operator.endInput();

            assertThat(ids(operator)).hasSize(100).doesNotHaveDuplicates();
        }
    }

    @Test
    void answersAfterARestartWhatWasInFlightBefore() throws Exception {
        OperatorSubtaskState snapshot;
        var slow = new ModelSettings(TinyBundle.folder().toString(), "cpu", 1_000, FOREVER, FOREVER, 1, 0);
        try (var operator = harness(slow)) {
            operator.open();
            for (Observation visit : Visits.plumbers(5)) {
                operator.processElement(new StreamRecord<>(visit));
            }
            snapshot = operator.snapshot(1, 1);
            assertThat(operator.extractOutputValues()).isEmpty();
        }

        try (var operator = harness(TinyBundle.settings())) {
            operator.initializeState(snapshot);
            operator.open();
            operator.endInput();

            assertThat(ids(operator))
                    .containsExactlyInAnyOrder("plumber-0", "plumber-1", "plumber-2", "plumber-3", "plumber-4");
        }
    }

    @Test
    void closesWithoutAFailureWhileObservationsAreInFlight() throws Exception {
        var slow = new ModelSettings(TinyBundle.folder().toString(), "cpu", 1_000, FOREVER, FOREVER, 1, 0);
        var operator = harness(slow);
        operator.getEnvironment().setExpectedExternalFailureCause(Exception.class);
        operator.open();
        for (Observation visit : Visits.plumbers(5)) {
            operator.processElement(new StreamRecord<>(visit));
        }

        operator.close();

        assertThat(operator.getEnvironment().getActualExternalFailureCause()).isEmpty();
        assertThat(operator.extractOutputValues()).isEmpty();
    }

    @Test
    void stopsTheJobOverABrokenModel() {
        ModelSettings none = ModelSettings.of("/no/such/model", "cpu");

        assertThatThrownBy(() -> {
                    try (var operator = harness(none)) {
                        operator.open();
                    }
                })
                .hasMessageContaining("/no/such/model is no folder");
    }

    @Test
    void sharesOneModelAmongItsSubtasksAndClosesItWithTheLast() throws Exception {
        Set<Thread> before = encodeThreads();
        var first = harness(TinyBundle.settings());
        var second = harness(TinyBundle.settings());
        first.open();
        Set<Thread> ofFirst = encodeThreads();
        second.open();
        assertThat(encodeThreads()).hasSameSizeAs(ofFirst);

        first.close();
        assertThat(encodeThreads()).isEqualTo(ofFirst);
        second.close();
        assertThat(encodeThreads()).isEqualTo(before);
    }

    @Test
    void tellsHowItsBatchesAreDoing() throws Exception {
        var metrics = new InterceptingOperatorMetricGroup();
        var task = new InterceptingTaskMetricGroup() {
            @Override
            public InternalOperatorMetricGroup getOrAddOperator(
                    OperatorID id, String name, Map<String, String> variables) {
                return metrics;
            }
        };
        var environment = new MockEnvironmentBuilder().setMetricGroup(task).build();
        try (var operator =
                new OneInputStreamOperatorTestHarness<>(factory(TinyBundle.settings()), observations(), environment)) {
            operator.open();
            for (Observation visit : Visits.plumbers(20)) {
                operator.processElement(new StreamRecord<>(visit));
            }
            operator.endInput();

            assertThat(((Histogram) metrics.get("segmentsPerBatch")).getCount()).isPositive();
            assertThat(((Histogram) metrics.get("tokensPerBatch"))
                            .getStatistics()
                            .getMin())
                    .isGreaterThan(2);
            assertThat(((Histogram) metrics.get("inferenceMillis")).getCount()).isPositive();
            assertThat(((Gauge<?>) metrics.get("provider")).getValue()).isEqualTo("cpu");
            assertThat(((Gauge<?>) metrics.get("cuda")).getValue()).isEqualTo(0);
            assertThat(((Gauge<?>) metrics.get("fellBack")).getValue()).isEqualTo(0);
            assertThat(((Gauge<?>) metrics.get("queueLength")).getValue()).isEqualTo(0);
            assertThat((Double) ((Gauge<?>) metrics.get("cacheHitRate")).getValue())
                    .isBetween(0.9, 1.0);
        }
    }

    @Test
    void keepsItsRecordsOutOfKryo() {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Observation.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Prediction.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Prediction.Industry.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Prediction.Evidence.class);
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(Page.class);
    }

    private static Prediction answer(Observation visit) throws Exception {
        return answer(TinyBundle.settings(), visit);
    }

    private static Prediction answer(ModelSettings settings, Observation visit) throws Exception {
        try (var operator = harness(settings)) {
            operator.open();
            operator.processElement(new StreamRecord<>(visit));
            operator.endInput();
            assertThat(operator.extractOutputValues()).hasSize(1);
            return operator.extractOutputValues().get(0);
        }
    }

    private static List<String> ids(OneInputStreamOperatorTestHarness<Observation, Prediction> operator) {
        return operator.extractOutputValues().stream().map(Prediction::id).toList();
    }

    private static Set<Thread> encodeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("encode-"))
                .collect(Collectors.toSet());
    }

    private static OneInputStreamOperatorTestHarness<Observation, Prediction> harness(ModelSettings settings)
            throws Exception {
        return new OneInputStreamOperatorTestHarness<>(factory(settings), observations());
    }

    private static AsyncWaitOperatorFactory<Observation, Prediction> factory(ModelSettings settings) {
        return new AsyncWaitOperatorFactory<>(
                new ClassifyIndustry(settings), TimeUnit.MINUTES.toMillis(5), 200, OutputMode.UNORDERED);
    }

    private static TypeSerializer<Observation> observations() {
        return TypeInformation.of(Observation.class).createSerializer(new SerializerConfigImpl());
    }
}
