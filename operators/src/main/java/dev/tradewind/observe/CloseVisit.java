package dev.tradewind.observe;

import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.shared.Waiting;
import java.time.Duration;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;

/**
 * Ends a visit's window when as many pages have come as are due. Should they never come, a backstop ends it: after
 * {@link Waiting#TICKS} ticks of a job that runs, so that a day in a savepoint ends no visit early; or when a bounded input ends,
 * through a timer in event time, because timers in processing time do not fire then.
 */
public final class CloseVisit extends Trigger<FetchedPage, GlobalWindow> {
    private static final long serialVersionUID = 1;
    private static final long END_OF_INPUT = Long.MAX_VALUE - 1;

    private static final ValueStateDescriptor<Progress> PROGRESS =
            new ValueStateDescriptor<>("visit-progress", TypeInformation.of(Progress.class));

    private final Duration backstop;

    /** How far a visit is. */
    public record Progress(int arrived, int due, Waiting waiting) {}

    /** @param backstop how long to wait for pages that never come, from the visit's first page */
    public CloseVisit(Duration backstop) {
        this.backstop = backstop;
    }

    @Override
    public TriggerResult onElement(FetchedPage fetched, long timestamp, GlobalWindow window, TriggerContext context)
            throws Exception {
        var state = context.getPartitionedState(PROGRESS);
        var before = state.value();
        if (before == null) {
            before = new Progress(0, 0, Waiting.from(context.getCurrentProcessingTime(), backstop));
            context.registerProcessingTimeTimer(before.waiting.nextTick());
            context.registerEventTimeTimer(END_OF_INPUT);
        }
        var now = new Progress(before.arrived + 1, Math.max(before.due, fetched.due()), before.waiting);
        state.update(now);
        return now.arrived == now.due ? close(now, state, context) : TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context) throws Exception {
        var state = context.getPartitionedState(PROGRESS);
        var before = state.value();
        if (before == null) {
            return TriggerResult.CONTINUE;
        }
        var waiting = before.waiting.ticked(context.getCurrentProcessingTime(), backstop);
        var now = new Progress(before.arrived, before.due, waiting);
        if (waiting.isOver()) {
            return close(now, state, context);
        }
        state.update(now);
        context.registerProcessingTimeTimer(waiting.nextTick());
        return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context) throws Exception {
        var state = context.getPartitionedState(PROGRESS);
        var now = state.value();
        return now == null ? TriggerResult.CONTINUE : close(now, state, context);
    }

    private static TriggerResult close(Progress now, ValueState<Progress> state, TriggerContext context) {
        context.deleteProcessingTimeTimer(now.waiting.nextTick());
        context.deleteEventTimeTimer(END_OF_INPUT);
        state.clear();
        return TriggerResult.FIRE_AND_PURGE;
    }

    @Override
    public void clear(GlobalWindow window, TriggerContext context) {
        context.getPartitionedState(PROGRESS).clear();
    }
}
