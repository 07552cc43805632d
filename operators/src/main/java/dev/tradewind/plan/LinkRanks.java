package dev.tradewind.plan;

import dev.tradewind.fetch.Link;
import dev.tradewind.url.CanonicalUrl;
import java.io.Serializable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How much a link promises to say what a business does: lower is better. A keyword counts where it stands in the link's
 * text or in its path, and the best counts.
 */
public final class LinkRanks implements Serializable {
    private static final long serialVersionUID = 1;

    /** Rank of a link that no keyword speaks for. */
    public static final int ANYTHING_ELSE = 100;

    /** The ranking of the 2019 talk that this job follows. */
    public static final String TALK =
            "about=2,story=2,what we do=3,capabilities=3,services=4,products=4,amenities=5,overview=6";

    private final LinkedHashMap<String, Integer> ranks = new LinkedHashMap<>();

    /** @param table {@code keyword=rank,keyword=rank,…} */
    public LinkRanks(String table) {
        for (var entry : table.split(",", -1)) {
            var parts = entry.split("=");
            if (parts.length != 2 || parts[0].isBlank() || !parts[1].trim().matches("\\d{1,4}")) {
                throw new IllegalArgumentException(
                        "'" + entry + "' is no link rank: write keyword=rank, such as about=2, with commas between");
            }
            ranks.put(words(parts[0]), Integer.parseInt(parts[1].trim()));
        }
    }

    public int of(Link link) {
        var text = words(link.text());
        var path = words(path(link.url()));
        int best = ANYTHING_ELSE;
        for (Map.Entry<String, Integer> entry : ranks.entrySet()) {
            if (entry.getValue() < best && (text.contains(entry.getKey()) || path.contains(entry.getKey()))) {
                best = entry.getValue();
            }
        }
        return best;
    }

    private static String path(String url) {
        var path = CanonicalUrl.path(url);
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    /** Lower case, with one space between words whatever stood there. */
    private static String words(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").trim();
    }
}
