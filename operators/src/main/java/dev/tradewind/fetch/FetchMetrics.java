package dev.tradewind.fetch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * Counts looks: {@code outcome.<outcome>.pages}, {@code pagesPerSecond}, {@code sitesInFlight}, {@code fetchMillis} of the
 * last 1,000, {@code bytesReceived}; and what politeness does in the whole task manager: {@code requestsWaiting} for their
 * turn, and {@code backOffs} from hosts that were too busy. What servers say makes no more than {@value #MOST_OUTCOMES}
 * names; the rest is counted under {@code outcome.other.pages}. For one thread.
 */
final class FetchMetrics {
    private static final String PAGES = "pages";
    private static final String OTHER = "other";
    private static final int MOST_OUTCOMES = 60;

    private final MetricGroup group;
    private final Map<String, Counter> byOutcome = new HashMap<>();
    private final Meter perSecond;
    private final Histogram millis;
    private final Counter bytes;

    FetchMetrics(MetricGroup group, Supplier<Integer> sitesInFlight, Crawler crawler) {
        this.group = group;
        perSecond = group.meter("pagesPerSecond", new MeterView(60));
        group.gauge("sitesInFlight", sitesInFlight::get);
        group.gauge("requestsWaiting", crawler::requestsWaiting);
        group.gauge("backOffs", crawler::backOffs);
        millis = group.histogram("fetchMillis", new DescriptiveStatisticsHistogram(1_000));
        bytes = group.counter("bytesReceived");
    }

    void count(FetchedPage fetched) {
        Page page = fetched.page();
        boolean known = byOutcome.containsKey(page.outcome()) || byOutcome.size() < MOST_OUTCOMES;
        byOutcome
                .computeIfAbsent(known ? page.outcome() : OTHER, outcome -> group.addGroup("outcome", outcome)
                        .counter(PAGES))
                .inc();
        perSecond.markEvent();
        millis.update(page.millis());
        bytes.inc(page.bytes());
    }
}
