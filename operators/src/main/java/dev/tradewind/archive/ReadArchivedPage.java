package dev.tradewind.archive;

import dev.tradewind.business.Fault;
import dev.tradewind.business.ReadBusiness;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.business.SubmittedLine;
import java.time.Instant;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets archived pages through; a line that records none goes to {@link ReadBusiness#REJECTED}, with its place and the cause, and
 * its visit is observed without it.
 */
public final class ReadArchivedPage extends ProcessFunction<SubmittedLine, ArchivedPage> {
    private static final long serialVersionUID = 1;

    private transient LongCounter rejected;

    @Override
    public void open(OpenContext context) {
        rejected = new LongCounter();
        getRuntimeContext().addAccumulator("rejected", rejected);
    }

    @Override
    public void processElement(SubmittedLine line, Context context, Collector<ArchivedPage> out) {
        try {
            out.collect(ArchivedPage.read(line.text()));
        } catch (IllegalArgumentException e) {
            rejected.add(1);
            context.output(
                    ReadBusiness.REJECTED, RejectedLine.of(line, Fault.NOT_A_PAGE, e.getMessage(), Instant.now()));
        }
    }
}
