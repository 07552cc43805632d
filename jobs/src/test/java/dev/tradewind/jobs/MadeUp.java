package dev.tradewind.jobs;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.Candidate;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Looked;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.fetch.VisitCookie;
import dev.tradewind.html.Link;
import dev.tradewind.observe.Observation;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Records of visits that never were, with every field filled. */
final class MadeUp {
    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final String TEXT =
            "We mend leaking pipes, clear drains and fit boilers in the whole county, at any hour of the day.";

    private MadeUp() {}

    /** @param due how many pages the visit has; 0 where this page does not tell */
    static FetchedPage page(String id, int order, String path, int due, String... links) {
        var home = home(id);
        var found = Stream.of(links)
                .map(link -> new Link(home + link, "to " + link))
                .toList();
        return new FetchedPage(
                business(id, NOON),
                home + path,
                home + path + "?canonical",
                page(id, order, path),
                due,
                60_000,
                found,
                List.of(cookie(id)),
                5_000,
                null);
    }

    static Observation observation(String id, Instant submittedAt) {
        return new Observation(business(id, submittedAt), List.of(page(id, 1, "/"), page(id, 2, "/about")), true);
    }

    /** @param depth of the pages that are asked for; those above were looked at */
    static PageRequest request(String id, String home, int depth) {
        if (depth == 0) {
            return new PageRequest(
                    business(id, NOON),
                    List.of(new Candidate(home + "/", "", 0, 0)),
                    1,
                    Looked.NOTHING,
                    List.of(),
                    0,
                    120_000);
        }
        var candidates = List.of(
                new Candidate(home + "/about", "About us", 2, depth),
                new Candidate(home + "/team", "Team", 100, depth));
        var looked = Looked.NOTHING.plus(home + "/", home + "/index", page(id, 1, "/"));
        return new PageRequest(business(id, NOON), candidates, 4, looked, List.of(cookie(id)), 5_000, 120_000);
    }

    private static Business business(String id, Instant submittedAt) {
        return new Business(id, "Name of " + id, id + ".example", "businesses-0@" + id, submittedAt);
    }

    private static Page page(String id, int order, String path) {
        return new Page(
                order,
                home(id) + path,
                order - 1,
                "to " + path,
                order == 1 ? 0 : 1,
                "Title of " + path,
                TEXT,
                200,
                Outcome.READ,
                5_000,
                70,
                NOON.plusSeconds(order));
    }

    private static VisitCookie cookie(String id) {
        return new VisitCookie(id + ".example", true, "/", false, "pass", "1");
    }

    private static String home(String id) {
        return "http://" + id + ".example";
    }
}
