package dev.tradewind.fetch;

import dev.tradewind.url.CanonicalUrl;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The url that a page says it should go by. It is believed where it is the page's own in another spelling: with or without
 * {@code www.}, https, a query, a last slash, {@code index.html} or {@code .html}. Many sites name their home page, or just any
 * page, as the canonical one of all their pages.
 */
final class CanonicalLink {
    private static final int MAX_HEADER = 4 << 10;
    private static final Pattern IN_HEADER = Pattern.compile(
            "<([^<>]{1,2048})>[^<>]{0,200}?;\\s{0,9}rel\\s{0,9}=\\s{0,9}\"?\\s{0,9}canonical\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SPELLING =
            Pattern.compile("(?:/index)?(?:\\.(?:html?|php|aspx?))?/?$", Pattern.CASE_INSENSITIVE);

    /** What {@code Link} headers say, canonical; null if that is nothing. */
    static String ofHeaders(String url, Iterable<String> values) {
        for (String value : values) {
            if (value.length() <= MAX_HEADER) {
                Matcher matcher = IN_HEADER.matcher(value);
                if (matcher.find()) {
                    return CanonicalUrl.resolve(url, matcher.group(1));
                }
            }
        }
        return null;
    }

    /** Whether the page at {@code url} goes by {@code claimed}, which may be null. */
    static boolean isBelieved(String url, String claimed) {
        if (claimed == null || !CanonicalUrl.hostKey(url).equals(CanonicalUrl.hostKey(claimed))) {
            return false;
        }
        String page = page(url);
        // A query often is what tells the pages of a site apart whose path never changes.
        return page.equals(page(claimed)) && (!page.isEmpty() || query(url).equals(query(claimed)));
    }

    /** The path without what says nothing; empty for a home page. */
    private static String page(String url) {
        return SPELLING.matcher(CanonicalUrl.path(url)).replaceFirst("");
    }

    private static String query(String url) {
        int question = url.indexOf('?');
        return question < 0 ? "" : url.substring(question);
    }

    private CanonicalLink() {}
}
