package dev.tradewind.fetch;

import dev.tradewind.business.Business;
import dev.tradewind.html.Link;
import java.util.List;

/**
 * One page of a visit on its way from the fetch to the window.
 *
 * @param business whose visit this is
 * @param asked the url that was asked for; the page's own is where that ended
 * @param canonical what the page goes by as well; null where that is nothing else
 * @param page what came of it
 * @param due how many pages this visit has once its present round is over, this one among them; 0 while that is not known
 * @param millisLeft what is left of the site's deadline after this round, in milliseconds
 * @param links the page's links in document order, unranked; empty once they have been planned with
 * @param cookies on the last page of a round, what the site has given in this visit; else, and once they have been taken
 *     on, empty
 * @param crawlDelayMillis on the last page of a round, what its host asks for between two requests; else, and where it asks for
 *     nothing, 0
 * @param exchange the raw response for the archive; null where there was none, and once it has been archived
 */
public record FetchedPage(
        Business business,
        String asked,
        String canonical,
        Page page,
        int due,
        long millisLeft,
        List<Link> links,
        List<VisitCookie> cookies,
        long crawlDelayMillis,
        Exchange exchange) {

    /** The page as keyed state may hold it: without links, cookies and raw bytes. */
    public FetchedPage slim(int nowDue) {
        return new FetchedPage(business, asked, canonical, page, nowDue, millisLeft, List.of(), List.of(), 0, null);
    }

    public FetchedPage withoutExchange() {
        return new FetchedPage(
                business, asked, canonical, page, due, millisLeft, links, cookies, crawlDelayMillis, null);
    }
}
