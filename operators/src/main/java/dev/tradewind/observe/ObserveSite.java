package dev.tradewind.observe;

import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one observation of all the pages of a visit; counts those that the backstop had to end as {@code visitsCutShort}. */
public final class ObserveSite extends ProcessWindowFunction<FetchedPage, Observation, String, GlobalWindow> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ObserveSite.class);

    private transient Counter visitsCutShort;

    @Override
    public void open(OpenContext context) {
        visitsCutShort = getRuntimeContext().getMetricGroup().counter("visitsCutShort");
    }

    @Override
    public void process(String submission, Context context, Iterable<FetchedPage> visit, Collector<Observation> out) {
        List<FetchedPage> fetched = new ArrayList<>();
        visit.forEach(fetched::add);
        boolean complete = fetched.stream().anyMatch(page -> page.due() == fetched.size());
        if (!complete) {
            visitsCutShort.inc();
            LOG.warn("The backstop ended visit {} after {} pages", submission, fetched.size());
        }
        var pages = fetched.stream()
                .map(FetchedPage::page)
                .sorted(Comparator.comparing(Page::read).reversed().thenComparingInt(Page::order))
                .toList();
        List<Page> numbered = new ArrayList<>();
        for (var page : pages) {
            numbered.add(page.numbered(numbered.size() + 1));
        }
        out.collect(new Observation(fetched.get(0).business(), numbered, complete));
    }
}
