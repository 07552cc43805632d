package dev.tradewind.fetch;

import io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.util.Date;

/** How long a server asks to be left alone, by RFC 9110. */
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Of an HTTP date, beyond which the formatter throws. */
    private static final int MAX_DATE = 64;

    /**
     * In milliseconds, a year at most; 0 where nothing is asked for that can be understood.
     *
     * @param retryAfter seconds or an HTTP date, null for none
     * @param date what the server says the time is, null for nothing: its clock need not be ours
     * @param nowMillis what we say the time is, since the epoch
     */
    static long millis(String retryAfter, String date, long nowMillis) {
        if (retryAfter == null) {
            return 0;
        }
        String asked = retryAfter.trim();
        if (asked.matches("[0-9]{1,9}")) {
            return Math.min(Long.parseLong(asked) * 1_000, LONGEST.toMillis());
        }
        Date until = date(asked);
        if (until == null) {
            return 0;
        }
        Date theirs = date == null ? null : date(date);
        long left = until.getTime() - (theirs == null ? nowMillis : theirs.getTime());
        return Math.max(0, Math.min(left, LONGEST.toMillis()));
    }

    private static Date date(String text) {
        return text.isEmpty() || text.length() > MAX_DATE ? null : DateFormatter.parseHttpDate(text);
    }

    private RetryAfter() {}
}
