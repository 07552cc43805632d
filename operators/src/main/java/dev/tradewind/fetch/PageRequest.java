package dev.tradewind.fetch;

import dev.tradewind.business.Business;
import dev.tradewind.url.CanonicalUrl;
import java.util.List;

/**
 * Asks for pages of one site: its candidates are tried in order until so many as wanted could be read. One request and
 * not one for each page, because only who walks the list knows that a dead link cost nothing.
 *
 * @param candidates best first; the home page alone in the first round
 * @param wanted how many pages to read at most
 * @param looked what this visit has looked at already: it is not tried again
 * @param cookies what the site has given in this visit so far
 * @param crawlDelayMillis what the site's host has asked for between two requests in this visit, or 0
 * @param millisLeft what is left of the site's deadline, in milliseconds
 */
public record PageRequest(
        Business business,
        List<Candidate> candidates,
        int wanted,
        Looked looked,
        List<VisitCookie> cookies,
        long crawlDelayMillis,
        long millisLeft) {

    /** Asks for a business's home page. */
    public static PageRequest home(Business business, long siteDeadlineMillis) {
        var home = new Candidate(CanonicalUrl.home(business.url()).url(), "", 0, 0);
        return new PageRequest(business, List.of(home), 1, Looked.NOTHING, List.of(), 0, siteDeadlineMillis);
    }

    /** By which requests are partitioned, see {@link CanonicalUrl#hostKey}. */
    public String host() {
        return CanonicalUrl.hostKey(candidates.get(0).url());
    }
}
