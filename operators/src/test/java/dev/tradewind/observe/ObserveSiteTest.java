package dev.tradewind.observe;

import static dev.tradewind.Visits.fetched;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.Backend;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import dev.tradewind.shared.Waiting;
import java.time.Duration;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.runtime.operators.windowing.WindowOperatorBuilder;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ObserveSiteTest {
    private static final Duration BACKSTOP = Duration.ofMinutes(4);
    private static final KeySelector<FetchedPage, String> VISIT =
            page -> page.business().submission();

    @Parameter
    Backend backend;

    private KeyedOneInputStreamOperatorTestHarness<String, FetchedPage, Observation> observe;

    @BeforeEach
    void open() throws Exception {
        observe = harness();
        observe.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(Backend.entries(observe)).isZero();
        assertThat(observe.numProcessingTimeTimers()).isZero();
        assertThat(observe.numEventTimeTimers()).isZero();
        observe.close();
    }

    @Test
    void closesAVisitWhenAllItsPagesHaveCome() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        offer(fetched("b", 1, "/", 0, "read", 1));
        assertThat(observe.extractOutputValues()).hasSize(1);
        offer(fetched("a", 2, "/about", 1, "read", 2));

        assertThat(observe.extractOutputValues())
                .extracting(observation -> observation.business().id())
                .containsExactly("b", "a");
        assertThat(observe.extractOutputValues()).allMatch(Observation::complete);
    }

    @Test
    void numbersThePagesThatWereReadBeforeTheOthersWhateverOrderTheyComeIn() throws Exception {
        offer(fetched("a", 4, "/services", 1, "read", 4));
        offer(fetched("a", 2, "/team", 1, "http-404", 0));
        offer(fetched("a", 3, "/about", 1, "read", 0));
        offer(fetched("a", 1, "/", 0, "read", 0));

        assertThat(observe.extractOutputValues()).singleElement().satisfies(observation -> {
            assertThat(observation.pages())
                    .extracting(Page::url)
                    .containsExactly(
                            "http://a.com/", "http://a.com/about", "http://a.com/services", "http://a.com/team");
            assertThat(observation.pages()).extracting(Page::order).containsExactly(1, 2, 3, 4);
            assertThat(observation.readPages()).hasSize(3);
        });
    }

    @Test
    void theBackstopEndsAVisitWhosePagesNeverCome() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        for (int tick = 1; tick <= Waiting.TICKS; tick++) {
            assertThat(observe.extractOutputValues()).isEmpty();
            observe.setProcessingTime(tick * BACKSTOP.toMillis() / Waiting.TICKS);
        }

        assertThat(observe.extractOutputValues())
                .singleElement()
                .satisfies(observation -> assertThat(observation.complete()).isFalse());
    }

    @Test
    void aWeekInASavepointEndsNoVisit() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        var snapshot = observe.snapshot(1, 1);
        observe.close();

        observe = harness();
        observe.initializeState(snapshot);
        observe.open();
        observe.setProcessingTime(Duration.ofDays(7).toMillis());
        assertThat(observe.extractOutputValues()).isEmpty();
        offer(fetched("a", 2, "/about", 1, "read", 2));

        assertThat(observe.extractOutputValues())
                .singleElement()
                .satisfies(observation -> assertThat(observation.pages()).hasSize(2));
    }

    @Test
    void goesOnFromASavepointInTheOtherBackend() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        var savepoint = Backend.savepoint(observe);
        observe.close();

        observe = harness();
        backend.other().useIn(observe);
        observe.initializeState(savepoint);
        observe.open();
        offer(fetched("a", 2, "/about", 1, "read", 2));

        assertThat(observe.extractOutputValues())
                .singleElement()
                .satisfies(observation -> assertThat(observation.pages()).hasSize(2));
    }

    @Test
    void theEndOfABoundedInputEndsAllVisits() throws Exception {
        offer(fetched("a", 1, "/", 0, "read", 0));
        offer(fetched("b", 1, "/", 0, "read", 0));
        observe.processWatermark(Watermark.MAX_WATERMARK);

        assertThat(observe.extractOutputValues()).hasSize(2);
    }

    private KeyedOneInputStreamOperatorTestHarness<String, FetchedPage, Observation> harness() throws Exception {
        var operator = new WindowOperatorBuilder<>(
                        GlobalWindows.create(),
                        new CloseVisit(BACKSTOP),
                        new ExecutionConfig(),
                        TypeInformation.of(FetchedPage.class),
                        VISIT,
                        Types.STRING)
                .process(new ObserveSite());
        var harness = new KeyedOneInputStreamOperatorTestHarness<>(operator, VISIT, Types.STRING);
        backend.useIn(harness);
        return harness;
    }

    private void offer(FetchedPage page) throws Exception {
        observe.processElement(page, 0);
    }
}
