package dev.tradewind.archive;

import dev.tradewind.fetch.Exchange;
import dev.tradewind.fetch.FetchedPage;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Sends raw responses to {@link #EXCHANGES}, so that no raw byte travels on with its page. Counts pages, for the progress of local runs. */
public final class SetExchangesAside extends ProcessFunction<FetchedPage, FetchedPage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<Exchange> EXCHANGES =
            new OutputTag<>("exchanges", TypeInformation.of(Exchange.class));

    private transient LongCounter pages;

    @Override
    public void open(OpenContext context) {
        pages = new LongCounter();
        getRuntimeContext().addAccumulator("pages", pages);
    }

    @Override
    public void processElement(FetchedPage fetched, Context context, Collector<FetchedPage> out) {
        pages.add(1);
        if (fetched.exchange() != null) {
            context.output(EXCHANGES, fetched.exchange());
        }
        out.collect(fetched.withoutExchange());
    }
}
