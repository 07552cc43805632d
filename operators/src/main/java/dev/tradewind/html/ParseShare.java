package dev.tradewind.html;

import java.io.Reader;
import java.util.function.LongSupplier;

/**
 * What one page may cost the thread that reads it. The parser takes the html from here, bit by bit, and for it the html is at
 * its end when the page has had its tags or its time.
 */
final class ParseShare extends Reader {
    /** The densest of ordinary pages have a tenth. */
    static final int MAX_TAGS = 50_000;

    private final String html;
    private final LongSupplier clock;
    private final long end;
    private int at;
    private int tags;

    /**
     * @param nanos to spend, from now on
     * @param clock in nanoseconds
     */
    ParseShare(String html, long nanos, LongSupplier clock) {
        this.html = html;
        this.clock = clock;
        end = clock.getAsLong() + nanos;
    }

    /** Whether the time is up. */
    boolean isOver() {
        return end - clock.getAsLong() <= 0;
    }

    @Override
    public int read(char[] buffer, int offset, int length) {
        if (isOver()) {
            return -1;
        }
        int n = 0;
        for (; n < length && at < html.length(); n++, at++) {
            char c = html.charAt(at);
            if (c == '<' && tags++ >= MAX_TAGS) {
                break;
            }
            buffer[offset + n] = c;
        }
        return n == 0 ? -1 : n;
    }

    @Override
    public void close() {}
}
