package dev.tradewind.business;

/**
 * A line of input as it came, before anyone knows whether it names a business.
 *
 * @param text the line without its end; for CSV one record, which may hold line breaks inside quotes
 * @param header the CSV header it stands under, or null where the text is JSON
 * @param origin where it came from
 * @param fault why the source already knows that this is no line of text, or null
 */
public record SubmittedLine(String text, String header, Origin origin, String fault) {}
