package dev.tradewind.fetch;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request with the pages that were looked at, at least one, whatever became of them. */
public final class FetchPage extends RichAsyncFunction<PageRequest, FetchedPage> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(FetchPage.class);

    private final CrawlSettings settings;
    private transient Crawler crawler;
    private transient FetchMetrics metrics;
    private transient Set<SiteWalk> walks;
    private transient volatile boolean closing;

    public FetchPage(CrawlSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        crawler = Crawler.open(settings);
        walks = ConcurrentHashMap.newKeySet();
        metrics = new FetchMetrics(getRuntimeContext().getMetricGroup(), walks::size);
    }

    @Override
    public void asyncInvoke(PageRequest request, ResultFuture<FetchedPage> answer) {
        SiteWalk walk = crawler.walk(request);
        walks.add(walk);
        walk.walk().whenComplete((pages, surprise) -> {
            walks.remove(walk);
            if (closing) {
                return;
            }
            if (surprise != null) {
                LOG.error(
                        "No answer about {}: this is a bug",
                        request.candidates().get(0).url(),
                        surprise);
            }
            answer(answer, surprise == null ? pages : SiteWalk.failed(request));
        });
    }

    @Override
    public void timeout(PageRequest request, ResultFuture<FetchedPage> answer) {
        answer(answer, SiteWalk.unlooked(request));
    }

    /** Counted in the task's thread, and only if this answer is the one that is taken. */
    private void answer(ResultFuture<FetchedPage> answer, List<FetchedPage> pages) {
        answer.complete(() -> {
            pages.forEach(metrics::count);
            return pages;
        });
    }

    @Override
    public void close() throws Exception {
        closing = true;
        if (crawler != null) {
            walks.forEach(SiteWalk::stop);
            crawler.close();
        }
    }
}
