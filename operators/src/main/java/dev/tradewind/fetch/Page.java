package dev.tradewind.fetch;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tradewind.html.HtmlPage;
import java.time.Instant;

/**
 * What came of one look at a url: the clean record that the archive keeps and that, without its text, a prediction lists.
 *
 * @param order from 1, in the order looked at; an observation numbers the pages that were read before the others
 * @param url where the page was found in the end, after redirects
 * @param rank rank of the link that led here, lower is better; 0 for the home page
 * @param clickText what that link said; empty for the home page
 * @param depth clicks from the home page, which is 0
 * @param title the page's title, at most 300 characters; empty where it has none
 * @param text what a visitor reads, white space collapsed, at most {@link HtmlPage#MAX_TEXT} characters; null where it was left out
 * @param httpStatus the last response's status, 0 where there was none
 * @param outcome {@link Outcome#READ} or the stable word for why it could not be read
 * @param bytes decoded bytes of the body that were received
 * @param millis how long the look took, waiting for the host's turn not counted
 * @param fetchedAt when its answer had come, or was given up
 */
public record Page(
        int order,
        String url,
        int rank,
        String clickText,
        int depth,
        String title,
        @JsonInclude(JsonInclude.Include.NON_NULL) String text,
        int httpStatus,
        String outcome,
        long bytes,
        long millis,
        Instant fetchedAt) {

    public boolean read() {
        return outcome.equals(Outcome.READ);
    }

    public Page numbered(int newOrder) {
        return new Page(
                newOrder, url, rank, clickText, depth, title, text, httpStatus, outcome, bytes, millis, fetchedAt);
    }

    public Page withoutText() {
        return new Page(order, url, rank, clickText, depth, title, null, httpStatus, outcome, bytes, millis, fetchedAt);
    }
}
