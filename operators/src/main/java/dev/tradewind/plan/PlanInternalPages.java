package dev.tradewind.plan;

import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.shared.Waiting;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Counts the pages of each visit and, when a round of fetches is over and pages are still wanted, asks for the best links
 * it has seen through {@link #REQUESTS}; where nothing more is to be asked for, its last page says how many are due. Keyed
 * by submission. Every request is answered, so the state of a visit ends with its round; should pages never come, it ends
 * after {@link Waiting#TICKS} ticks of a job that runs, and the visit's window by its own backstop.
 */
public final class PlanInternalPages extends KeyedProcessFunction<String, FetchedPage, FetchedPage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<PageRequest> REQUESTS =
            new OutputTag<>("requests", TypeInformation.of(PageRequest.class));

    private final int pages;
    private final LinkRanks ranks;
    private final Duration backstop;
    private transient ValueState<VisitPlan> pagesCounted;
    private transient ValueState<Waiting> roundAwaited;

    /**
     * @param pages how many pages of a site are wanted, the home page among them
     * @param backstop how long to wait for pages that never come, from a round's first page
     */
    public PlanInternalPages(int pages, LinkRanks ranks, Duration backstop) {
        this.pages = pages;
        this.ranks = ranks;
        this.backstop = backstop;
    }

    @Override
    public void open(OpenContext context) {
        pagesCounted = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("pages-counted", TypeInformation.of(VisitPlan.class)));
        roundAwaited = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("round-awaited", TypeInformation.of(Waiting.class)));
    }

    @Override
    public void processElement(FetchedPage fetched, Context context, Collector<FetchedPage> out) throws Exception {
        var before = pagesCounted.value();
        var plan = (before == null ? VisitPlan.NOTHING_SEEN : before).plus(fetched, ranks);
        if (!plan.roundIsOver()) {
            if (before == null) {
                awaitRound(Waiting.from(context.timerService().currentProcessingTime(), backstop), context);
            }
            pagesCounted.update(plan);
            out.collect(fetched.slim(0));
            return;
        }
        if (before != null) {
            context.timerService()
                    .deleteProcessingTimeTimer(roundAwaited.value().nextTick());
            forgetRound();
        }
        var request = plan.next(fetched, pages);
        if (request == null) {
            out.collect(fetched.slim(plan.looked().pages()));
        } else {
            out.collect(fetched.slim(0));
            context.output(REQUESTS, request);
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<FetchedPage> out) throws Exception {
        var waiting = roundAwaited.value().ticked(context.timerService().currentProcessingTime(), backstop);
        if (waiting.isOver()) {
            forgetRound();
        } else {
            awaitRound(waiting, context);
        }
    }

    private void awaitRound(Waiting waiting, Context context) throws Exception {
        roundAwaited.update(waiting);
        context.timerService().registerProcessingTimeTimer(waiting.nextTick());
    }

    private void forgetRound() {
        pagesCounted.clear();
        roundAwaited.clear();
    }
}
