package dev.tradewind.business;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * A line of input that names no business, or a line of an archive that records no page.
 *
 * @param line the line, cut at 2,000 characters, without control characters
 * @param origin where it came from
 * @param reason one stable word: {@code not-json}, {@code not-csv}, {@code not-text}, {@code no-id}, {@code no-url}, {@code bad-url},
 *     {@code unsupported-scheme}, {@code too-long}, {@code not-a-page}
 * @param detail what a person needs to mend it, in a sentence
 */
public record RejectedLine(
        String line, @JsonUnwrapped Origin origin, String reason, String detail, Instant rejectedAt) {
    private static final int MAX_LINE = 2_000;

    public static RejectedLine of(SubmittedLine line, String reason, String detail, Instant now) {
        return new RejectedLine(printable(line.text()), line.origin(), reason, printable(detail), now);
    }

    private static String printable(String text) {
        var cut = text.length() <= MAX_LINE ? text : text.substring(0, MAX_LINE);
        return cut.replaceAll("[\\p{Cc}\\p{Cs}]", " ");
    }
}
