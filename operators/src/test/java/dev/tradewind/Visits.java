package dev.tradewind;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import dev.tradewind.html.Link;
import java.time.Instant;
import java.util.List;

/** Records of visits, for tests to speak about them shortly. */
public final class Visits {
    public static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private Visits() {}

    public static Business business(String id) {
        return new Business(id, "Name of " + id, id + ".com", id + "@1", NOON);
    }

    public static Page page(int order, String url, int depth, String outcome) {
        var text = outcome.equals("read") ? "text of " + url : null;
        return new Page(order, url, 0, "", depth, "title", text, 200, outcome, 100, 7, NOON);
    }

    /** A page of the business's visit that was asked for by its own url; {@code links} are paths of the same host. */
    public static FetchedPage fetched(
            String id, int order, String path, int depth, String outcome, int due, String... links) {
        var home = "http://" + id + ".com";
        var page = page(order, home + path, depth, outcome);
        var found = List.of(links).stream()
                .map(link -> new Link(link.startsWith("http") ? link : home + link, ""))
                .toList();
        return new FetchedPage(business(id), page.url(), null, page, due, 60_000, found, List.of(), 0, null);
    }
}
