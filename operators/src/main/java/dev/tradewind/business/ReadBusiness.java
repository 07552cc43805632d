package dev.tradewind.business;

import java.time.Instant;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Lets businesses through; a line that names none goes to {@link #REJECTED}, with its place and the cause. */
public final class ReadBusiness extends ProcessFunction<SubmittedLine, Business> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<RejectedLine> REJECTED =
            new OutputTag<>("rejected", TypeInformation.of(RejectedLine.class));

    private transient BusinessParser parser;
    private transient LongCounter rejected;
    private transient Counter rejectedLines;

    @Override
    public void open(OpenContext context) {
        parser = new BusinessParser();
        rejected = new LongCounter();
        getRuntimeContext().addAccumulator("rejected", rejected);
        rejectedLines = getRuntimeContext().getMetricGroup().counter("rejectedLines");
    }

    @Override
    public void processElement(SubmittedLine line, Context context, Collector<Business> out) {
        var now = Instant.now();
        try {
            out.collect(parser.parse(line, now));
        } catch (BusinessParser.NoBusiness e) {
            rejected.add(1);
            rejectedLines.inc();
            context.output(REJECTED, RejectedLine.of(line, e.reason(), e.getMessage(), now));
        }
    }
}
