package dev.tradewind.business;

import java.time.Instant;

/**
 * A line of input that names no business.
 *
 * @param line the line, cut at 2,000 characters, without control characters
 * @param origin where it came from
 * @param reason one stable word: {@code not-json}, {@code not-csv}, {@code not-text}, {@code no-id}, {@code no-url}, {@code bad-url},
 *     {@code unsupported-scheme}, {@code too-long}
 * @param detail what a person needs to mend it, in a sentence
 */
public record RejectedLine(String line, Origin origin, String reason, String detail, Instant rejectedAt) {}
