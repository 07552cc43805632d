package dev.tradewind.archive;

import dev.tradewind.fetch.Exchange;
import dev.tradewind.fetch.FetchedPage;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Sends raw responses to {@link #EXCHANGES}, so that no raw byte travels on with its page. */
public final class SetExchangesAside extends ProcessFunction<FetchedPage, FetchedPage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<Exchange> EXCHANGES =
            new OutputTag<>("exchanges", TypeInformation.of(Exchange.class));

    @Override
    public void processElement(FetchedPage fetched, Context context, Collector<FetchedPage> out) {
        if (fetched.exchange() != null) {
            context.output(EXCHANGES, fetched.exchange());
        }
        out.collect(fetched.withoutExchange());
    }
}
