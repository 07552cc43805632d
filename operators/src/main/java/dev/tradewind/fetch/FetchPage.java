package dev.tradewind.fetch;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request with the pages that were looked at, at least one, whatever became of them. Its state
 * {@code resting-hosts} keeps which hosts of the requests in flight want to be left alone, and until when; it is written
 * anew with each checkpoint.
 */
public final class FetchPage extends RichAsyncFunction<PageRequest, FetchedPage> implements CheckpointedFunction {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(FetchPage.class);

    private final CrawlSettings settings;
    private transient ListState<RestingHost> resting;
    private transient Crawler crawler;
    private transient FetchMetrics metrics;
    private transient Map<PageRequest, SiteWalk> walks; // by identity; the task's thread alone changes it
    private transient volatile boolean closing;

    public FetchPage(CrawlSettings settings) {
        this.settings = settings;
    }

    /** Everyone is told of all hosts: after a change of parallelism nobody knows whose host it will be. */
    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        resting = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("resting-hosts", RestingHost.class));
    }

    @Override
    public void open(OpenContext context) throws Exception {
        crawler = Crawler.open(settings);
        resting.get().forEach(crawler::rest);
        walks = new IdentityHashMap<>();
        metrics = new FetchMetrics(getRuntimeContext().getMetricGroup(), walks::size, crawler);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        resting.update(crawler.resting(walks.values()));
    }

    @Override
    public void asyncInvoke(PageRequest request, ResultFuture<FetchedPage> answer) {
        SiteWalk walk = crawler.walk(request);
        walks.put(request, walk);
        walk.walk().whenComplete((pages, surprise) -> {
            if (closing) {
                return;
            }
            if (surprise != null) {
                LOG.error(
                        "No answer about {}: this is a bug",
                        request.candidates().get(0).url(),
                        surprise);
            }
            answer(request, answer, surprise == null ? pages : SiteWalk.failed(request));
        });
    }

    @Override
    public void timeout(PageRequest request, ResultFuture<FetchedPage> answer) {
        answer(request, answer, SiteWalk.unlooked(request));
    }

    /**
     * Counted in the task's thread, and only if this answer is the one that is taken. Until then a checkpoint holds the request,
     * not the answer, and its host will be asked again.
     */
    private void answer(PageRequest request, ResultFuture<FetchedPage> answer, List<FetchedPage> pages) {
        answer.complete(() -> {
            walks.remove(request);
            pages.forEach(metrics::count);
            return pages;
        });
    }

    @Override
    public void close() throws Exception {
        closing = true;
        if (crawler != null) {
            walks.values().forEach(SiteWalk::stop);
            crawler.close();
        }
    }
}
