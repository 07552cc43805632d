package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchPageTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.within(Duration.ofSeconds(5))
            .with(new Politeness(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(3), 1));

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LoopbackWeb web = LoopbackWeb.start();
    private OneInputStreamOperatorTestHarness<PageRequest, FetchedPage> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        web.close();
    }

    @Test
    void answersEveryRequestWhateverBecameOfIt() throws Exception {
        web.site("joes").page("/", "Welcome");
        web.site("moes").status("/", 500);

        ask("joes");
        ask("moes");
        ask("nosuch");
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(fetched ->
                        fetched.business().id() + " " + fetched.page().outcome())
                .containsExactlyInAnyOrder("joes read", "moes http-500", "nosuch http-404");
    }

    @Test
    void answersOnceWhatWasInFlightAtARestart() throws Exception {
        web.site("joes").silent("/");
        web.site("moes").page("/", "Welcome");
        ask("joes");
        ask("moes");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        web.site("joes").page("/", "Welcome");
        goOnFrom(snapshot);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(fetched ->
                        fetched.business().id() + " " + fetched.page().outcome())
                .containsExactlyInAnyOrder("joes read", "moes read");
    }

    @Test
    void answersWithTheDeadlineWhenTheOperatorsTimeIsUp() throws Exception {
        web.site("joes").silent("/");

        ask("joes");
        harness.setProcessingTime(60_000);
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(fetched -> fetched.page().outcome())
                .containsExactly("deadline");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void leavesAHostAloneThatAskedForItBeforeARestartWhoeverAsksItThen(int subtask) throws Exception {
        var busy = Reply.status(429).with("Retry-After", "2");
        web.site("joes").page("/", "Welcome").failing("/", 1, busy);
        ask("joes");
        awaitABackOff();
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        harness = harness(2, subtask);
        harness.initializeState(
                AbstractStreamOperatorTestHarness.repartitionOperatorState(snapshot, 10, 1, 2, subtask));
        harness.open();
        ask("joes");
        harness.endInput();

        assertThat(harness.extractOutputValues())
                .extracting(fetched -> fetched.page().outcome())
                .containsOnly("read");
        var requests = web.requests("joes");
        assertThat(Duration.between(requests.get(1).at(), requests.get(2).at()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void keepsTheCrawlDelayOfAHostThatWasAskedBeforeARestart() throws Exception {
        web.site("joes").robots("User-agent: *\nCrawl-delay: 2\n").silent("/");
        ask("joes");
        awaitRequests(2);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        web.site("joes").page("/", "Welcome");
        goOnFrom(snapshot);
        harness.endInput();

        assertThat(gapAfter(2)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void leavesAHostAloneWhoseRobotsTxtWasNotReadBeforeARestartAsLongAsItMayHaveAskedFor() throws Exception {
        web.site("joes").silent("/robots.txt").page("/", "Welcome");
        ask("joes");
        awaitRequests(1);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        web.site("joes").robots("");
        goOnFrom(snapshot);
        harness.endInput();

        assertThat(gapAfter(1)).isGreaterThanOrEqualTo(SETTINGS.politeness().maxDelay());
        assertThat(harness.extractOutputValues())
                .extracting(fetched -> fetched.page().outcome())
                .containsExactly("read");
    }

    private void goOnFrom(OperatorSubtaskState snapshot) throws Exception {
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
    }

    private void awaitRequests(int count) {
        await().atMost(PATIENCE).until(() -> web.requests("joes").size() >= count);
    }

    private Duration gapAfter(int request) {
        var requests = web.requests("joes");
        return Duration.between(
                requests.get(request - 1).at(), requests.get(request).at());
    }

    private static void awaitABackOff() throws Exception {
        try (var crawler = Crawler.open(SETTINGS)) {
            await().atMost(PATIENCE).until(() -> crawler.backOffs() > 0);
        }
    }

    private void ask(String site) throws Exception {
        var business = new Business(site, null, web.url(site, "/"), "in.csv:1", Instant.EPOCH);
        harness.processElement(PageRequest.home(business, 30_000), 0);
    }

    private static OneInputStreamOperatorTestHarness<PageRequest, FetchedPage> harness() throws Exception {
        return harness(1, 0);
    }

    private static OneInputStreamOperatorTestHarness<PageRequest, FetchedPage> harness(int parallelism, int subtask)
            throws Exception {
        var config = new SerializerConfigImpl();
        var harness = new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(new FetchPage(SETTINGS), 60_000, 10, OutputMode.UNORDERED),
                TypeInformation.of(PageRequest.class).createSerializer(config),
                new MockEnvironmentBuilder()
                        .setMaxParallelism(10)
                        .setParallelism(parallelism)
                        .setSubtaskIndex(subtask)
                        .build());
        harness.setup(TypeInformation.of(FetchedPage.class).createSerializer(config));
        return harness;
    }
}
