package dev.tradewind.plan;

import dev.tradewind.fetch.Candidate;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Looked;
import dev.tradewind.fetch.PageRequest;
import dev.tradewind.fetch.VisitCookie;
import dev.tradewind.html.Link;
import dev.tradewind.url.CanonicalUrl;
import dev.tradewind.url.SpiderTraps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The page counter of one visit in one round: what was looked at, how much of it could be read, and which links of it may
 * be tried next.
 *
 * @param due how many pages there are once the round is over, 0 while no page has told
 * @param read how many of the pages looked at could be read
 * @param candidates the best links found so far that were not looked at
 * @param cookies what the site has given in this visit
 * @param crawlDelayMillis what the site's host asks for between two requests, or 0
 * @param millisLeft what is left of the site's deadline
 */
public record VisitPlan(
        Looked looked,
        int due,
        int read,
        List<Candidate> candidates,
        List<VisitCookie> cookies,
        long crawlDelayMillis,
        long millisLeft) {
    /** So many links of a visit are kept to be tried; more would only be tried if all of these were dead. */
    static final int MAX_CANDIDATES = 60;

    private static final Pattern INDEX =
            Pattern.compile("/(index|default)\\.(html?|php|aspx?)$", Pattern.CASE_INSENSITIVE);

    static final VisitPlan NOTHING_SEEN = new VisitPlan(Looked.NOTHING, 0, 0, List.of(), List.of(), 0, Long.MAX_VALUE);

    /** Counts a page and ranks its links, which are one click deeper. */
    VisitPlan plus(FetchedPage fetched, LinkRanks ranks) {
        var page = fetched.page();
        var site = CanonicalUrl.site(page.url());
        var all = new ArrayList<>(candidates);
        for (var found : fetched.links()) {
            var link = new Link(SpiderTraps.withoutSession(found.url()), found.text());
            if (CanonicalUrl.site(link.url()).equals(site)
                    && !SpiderTraps.isTrap(link.url())
                    && !ranks.skips(link, page.url())) {
                all.add(new Candidate(link.url(), link.text(), ranks.of(link), page.depth() + 1));
            }
        }
        all.sort(Comparator.comparingInt(Candidate::rank));
        var nowLooked = looked.plus(fetched.asked(), fetched.canonical(), page);
        return new VisitPlan(
                nowLooked,
                Math.max(due, fetched.due()),
                read + (page.read() ? 1 : 0),
                best(all, nowLooked),
                fetched.cookies().isEmpty() ? cookies : fetched.cookies(),
                Math.max(crawlDelayMillis, fetched.crawlDelayMillis()),
                Math.min(millisLeft, fetched.millisLeft()));
    }

    private static List<Candidate> best(List<Candidate> ranked, Looked looked) {
        Set<String> known = new HashSet<>();
        looked.urls().forEach(url -> known.add(withoutIndex(url)));
        List<Candidate> kept = new ArrayList<>();
        for (var candidate : ranked) {
            if (kept.size() < MAX_CANDIDATES && known.add(withoutIndex(candidate.url()))) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    /** A folder and its index file are one page. */
    private static String withoutIndex(String url) {
        return INDEX.matcher(url).replaceFirst("/");
    }

    boolean roundIsOver() {
        return looked.pages() == due;
    }

    /** What to ask for in the next round so that the site comes to {@code pages} pages, or null where nothing helps. */
    PageRequest next(FetchedPage last, int pages) {
        boolean worthwhile = read > 0 && read < pages && !candidates.isEmpty() && millisLeft > 0;
        return worthwhile
                ? new PageRequest(
                        last.business(), candidates, pages - read, looked, cookies, crawlDelayMillis, millisLeft)
                : null;
    }
}
