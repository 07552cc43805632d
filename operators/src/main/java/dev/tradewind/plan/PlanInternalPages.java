package dev.tradewind.plan;

import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.PageRequest;
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
 * by submission; every request is answered, so the state of a visit ends with its round.
 */
public final class PlanInternalPages extends KeyedProcessFunction<String, FetchedPage, FetchedPage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<PageRequest> REQUESTS =
            new OutputTag<>("requests", TypeInformation.of(PageRequest.class));

    private final int pages;
    private final LinkRanks ranks;
    private transient ValueState<VisitPlan> pagesCounted;

    /** @param pages how many pages of a site are wanted, the home page among them */
    public PlanInternalPages(int pages, LinkRanks ranks) {
        this.pages = pages;
        this.ranks = ranks;
    }

    @Override
    public void open(OpenContext context) {
        pagesCounted = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("pages-counted", TypeInformation.of(VisitPlan.class)));
    }

    @Override
    public void processElement(FetchedPage fetched, Context context, Collector<FetchedPage> out) throws Exception {
        var before = pagesCounted.value();
        var plan = (before == null ? VisitPlan.NOTHING_SEEN : before).plus(fetched, ranks);
        if (!plan.roundIsOver()) {
            pagesCounted.update(plan);
            out.collect(fetched.slim(0));
            return;
        }
        pagesCounted.clear();
        var request = plan.next(fetched, pages);
        if (request == null) {
            out.collect(fetched.slim(plan.looked().pages()));
        } else {
            out.collect(fetched.slim(0));
            context.output(REQUESTS, request);
        }
    }
}
