package dev.tradewind.classify;

import java.util.List;

/**
 * What a model reads of an observation.
 *
 * @param texts the twelve segments in the order of the head's input
 * @param extension the public suffix of the site's domain; empty where there is none
 */
public record Segments(List<Segment> texts, String extension) {

    /** The name under which the extension's share stands in a prediction's evidence. */
    public static final String URL_EXTENSION = "url-extension";

    /**
     * One text.
     *
     * @param name as it stands in a prediction's evidence, {@code page-1-text} for example
     * @param url the page it is from, or null
     * @param text empty where there is none
     */
    public record Segment(String name, String url, String text) {}
}
