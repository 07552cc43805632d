package dev.tradewind.observe;

import dev.tradewind.fetch.Page;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets one observation of each id through for all its submissions that came before that visit's last page: they joined it.
 * Keyed by id. A visit's end is kept for {@link #KEPT}, longer than a visit that joined it can take, a week in a savepoint
 * included.
 */
public final class JoinVisits extends KeyedProcessFunction<String, Observation, Observation> {
    private static final long serialVersionUID = 1;
    private static final Duration KEPT = Duration.ofDays(7);

    private transient ValueState<Instant> answeredUntil;

    @Override
    public void open(OpenContext context) {
        var descriptor = new ValueStateDescriptor<>("answered-until", Types.INSTANT);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(KEPT).build());
        answeredUntil = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void processElement(Observation observation, Context context, Collector<Observation> out) throws Exception {
        var submitted = observation.business().submittedAt();
        var until = answeredUntil.value();
        if (until != null && !submitted.isAfter(until)) {
            return;
        }
        var lastPage = observation.pages().stream()
                .map(Page::fetchedAt)
                .max(Instant::compareTo)
                .orElse(submitted);
        answeredUntil.update(lastPage.isAfter(submitted) ? lastPage : submitted);
        out.collect(observation);
    }
}
