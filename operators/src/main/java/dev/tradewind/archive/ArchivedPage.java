package dev.tradewind.archive;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tradewind.business.Business;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import dev.tradewind.url.CanonicalUrl;
import java.time.Instant;
import java.util.List;

/**
 * The clean record of a page: all that is needed to observe its site again.
 *
 * @param id the business's id
 * @param name the business's name, or null
 * @param businessUrl the business's url as it came in; {@code url} is the page's own
 * @param submission which visit this is
 * @param pagesDue how many records the visit has
 */
public record ArchivedPage(
        String id,
        String name,
        String businessUrl,
        String submission,
        Instant submittedAt,
        int pagesDue,
        @JsonUnwrapped Page page) {

    @JsonProperty("path")
    public String path() {
        return CanonicalUrl.path(page.url());
    }

    @JsonProperty("is_error")
    public boolean error() {
        return !page.read();
    }

    /** The page as it came from the fetch, which need not be done again. */
    public FetchedPage fetched() {
        var business = new Business(id, name, businessUrl, submission, submittedAt);
        return new FetchedPage(business, page.url(), null, page, pagesDue, 0, List.of(), List.of(), null);
    }
}
