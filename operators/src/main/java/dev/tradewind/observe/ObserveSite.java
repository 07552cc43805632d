package dev.tradewind.observe;

import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/** Makes one observation of all the pages of a visit. */
public final class ObserveSite extends ProcessWindowFunction<FetchedPage, Observation, String, GlobalWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public void process(String submission, Context context, Iterable<FetchedPage> visit, Collector<Observation> out) {
        List<FetchedPage> fetched = new ArrayList<>();
        visit.forEach(fetched::add);
        boolean complete = fetched.stream().anyMatch(page -> page.due() == fetched.size());
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
