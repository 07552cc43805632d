package dev.tradewind.classify;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.observe.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Observations for tests. */
final class Visits {
    static final Instant SUBMITTED = Instant.parse("2026-03-01T10:00:00Z");

    static Observation visit(String id, String name, String url, Page... pages) {
        var business = new Business(id, name, url, "businesses.csv:" + id, SUBMITTED);
        var numbered = new ArrayList<Page>();
        for (Page page : pages) {
            numbered.add(page.numbered(numbered.size() + 1));
        }
        return new Observation(business, numbered, true);
    }

    static Page page(String url, String title, String text) {
        return new Page(1, url, 0, "", 0, title, text, 200, Outcome.READ, 1_000, 5, SUBMITTED);
    }

    static Page failure(String url, String outcome) {
        return new Page(1, url, 0, "", 0, "", null, 0, outcome, 0, 5, SUBMITTED);
    }

    static Observation plumber(String id) {
        return visit(
                id,
                "Smith plumbing",
                "smith-plumbing.com",
                page("https://smith-plumbing.com/", "Smith plumber", "we repair your pipes and drains, call a plumber"),
                page("https://smith-plumbing.com/about", "About", "our family of plumber and plumbing in the home"));
    }

    static List<Observation> plumbers(int count) {
        var visits = new ArrayList<Observation>();
        for (int i = 0; i < count; i++) {
            visits.add(plumber("plumber-" + i));
        }
        return visits;
    }

    private Visits() {}
}
