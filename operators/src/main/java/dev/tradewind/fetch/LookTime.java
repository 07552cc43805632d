package dev.tradewind.fetch;

import java.util.concurrent.TimeUnit;

/**
 * How long one look may take: its own time, which stands still while it waits for its turn, and its site's, which does not.
 */
final class LookTime {
    private final long start = System.nanoTime();
    private final long siteEnd;
    private final long own;
    private long waited;

    /**
     * @param siteEnd when the site's time is up, in {@link System#nanoTime}
     * @param own in nanoseconds
     */
    LookTime(long siteEnd, long own) {
        this.siteEnd = siteEnd;
        this.own = own;
    }

    /** Takes so many nanoseconds for waiting. */
    void waited(long nanos) {
        waited += nanos;
    }

    /** What is left until either time is up. */
    long millis() {
        return Math.max(0, Math.min(siteMillis(), TimeUnit.NANOSECONDS.toMillis(own - spent())));
    }

    /** What is left of the site's time. */
    long siteMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(siteEnd - System.nanoTime()));
    }

    /** What was spent of the look's own time, in nanoseconds. */
    long spent() {
        return System.nanoTime() - start - waited;
    }
}
