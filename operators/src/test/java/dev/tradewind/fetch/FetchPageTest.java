package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.business.Business;
import dev.tradewind.testdata.LoopbackWeb;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchPageTest {
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
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
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

    @Test
    void leavesAHostAloneThatAskedForItBeforeARestart() throws Exception {
        web.site("joes").reply("/", Reply.status(429).with("Retry-After", "25"));
        web.site("moes").silent("/");
        ask("joes");
        ask("moes");
        waitUntilAsked("joes", "/");
        waitUntilAsked("moes", "/");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        web.site("joes").page("/", "Welcome");
        web.site("moes").page("/", "Welcome");

        for (int subtask = 0; subtask < 2; subtask++) {
            harness = harness(subtask);
            harness.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    snapshot, 10, 1, 2, subtask));
            harness.open();
            ask("joes", 5_000);
            harness.endInput();

            assertThat(harness.extractOutputValues())
                    .extracting(fetched -> fetched.business().id() + " "
                            + fetched.page().outcome())
                    .contains("joes http-429")
                    .doesNotContain("joes read", "moes deadline");
            harness.close();
        }
        assertThat(web.requests("joes")).extracting(Request::path).containsExactly("/robots.txt", "/");
    }

    private void waitUntilAsked(String site, String path) throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            if (web.requests(site).stream().anyMatch(request -> request.path().equals(path))) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("nobody asked " + site);
    }

    private void ask(String site) throws Exception {
        var business = new Business(site, null, web.url(site, "/"), "in.csv:1", Instant.EPOCH);
        harness.processElement(PageRequest.home(business, 30_000), 0);
    }

    private static OneInputStreamOperatorTestHarness<PageRequest, FetchedPage> harness() throws Exception {
        var settings = LoopbackCrawl.within(Duration.ofSeconds(5));
        var config = new SerializerConfigImpl();
        var harness = new OneInputStreamOperatorTestHarness<>(
                new AsyncWaitOperatorFactory<>(new FetchPage(settings), 60_000, 10, OutputMode.UNORDERED),
                TypeInformation.of(PageRequest.class).createSerializer(config));
        harness.setup(TypeInformation.of(FetchedPage.class).createSerializer(config));
        return harness;
    }
}
