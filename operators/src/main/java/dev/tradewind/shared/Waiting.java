package dev.tradewind.shared;

import java.time.Duration;

/**
 * How long keyed state has waited for a record that may never come, in ticks of a job that runs: however long a savepoint
 * lies, that is one tick.
 *
 * @param nextTick when the next tick is due, in processing time
 */
public record Waiting(int ticks, long nextTick) {
    public static final int TICKS = 4;

    /** @param backstop how long to wait in all */
    public static Waiting from(long now, Duration backstop) {
        return new Waiting(0, now + tickMillis(backstop));
    }

    public Waiting ticked(long now, Duration backstop) {
        return new Waiting(ticks + 1, now + tickMillis(backstop));
    }

    public boolean isOver() {
        return ticks >= TICKS;
    }

    private static long tickMillis(Duration backstop) {
        return Math.max(1, backstop.toMillis() / TICKS);
    }
}
