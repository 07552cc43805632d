package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchMetricsTest {
    private final MetricListener listener = new MetricListener();
    private final Crawler crawler = Crawler.open(LoopbackCrawl.within(Duration.ofSeconds(1)));
    private final FetchMetrics metrics = new FetchMetrics(listener.getMetricGroup(), () -> 0, crawler);

    @AfterEach
    void close() throws IOException {
        crawler.close();
    }

    @Test
    void countsLooksByTheirOutcome() {
        look("read");
        look("http-404");
        look("read");

        assertThat(pages("read")).isEqualTo(2);
        assertThat(pages("http-404")).isEqualTo(1);
    }

    @Test
    void makesNoMoreNamesHoweverManyStatusesServersInvent() {
        for (int status = 300; status <= 999; status++) {
            look(Outcome.ofStatus(status));
        }
        look(Outcome.ofStatus(300));

        assertThat(IntStream.rangeClosed(300, 999)
                        .filter(status -> listener.getCounter("outcome", Outcome.ofStatus(status), "pages")
                                .isPresent()))
                .hasSize(60);
        assertThat(pages("http-300")).isEqualTo(2);
        assertThat(pages("other")).isEqualTo(640);
    }

    private void look(String outcome) {
        var page = new Page(1, "http://a.com/", 0, "", 0, "", null, 0, outcome, 10, 5, Instant.EPOCH);
        metrics.count(new FetchedPage(null, page.url(), null, page, 1, 0, List.of(), List.of(), 0, null));
    }

    private long pages(String outcome) {
        return listener.getCounter("outcome", outcome, "pages")
                .map(Counter::getCount)
                .orElse(0L);
    }
}
