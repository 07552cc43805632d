package dev.tradewind.archive;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.tradewind.business.Business;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.fetch.Page;
import dev.tradewind.shared.Json;
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
    private static final ObjectReader JSON =
            Json.MAPPER.readerFor(ArchivedPage.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @JsonProperty("path")
    public String path() {
        return CanonicalUrl.path(page.url());
    }

    @JsonProperty("is_error")
    public boolean error() {
        return !page.read();
    }

    /**
     * Reads a line of an archive.
     *
     * @throws IllegalArgumentException if it is no record of a page; its message says what is wrong, in a sentence
     */
    public static ArchivedPage read(String line) {
        ArchivedPage archived;
        try {
            archived = JSON.readValue(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a page: " + e.getOriginalMessage(), e);
        }
        if (archived == null || !archived.whole()) {
            throw new IllegalArgumentException("fields of a page are missing, or are not what a crawl wrote");
        }
        return archived;
    }

    private boolean whole() {
        return id != null
                && businessUrl != null
                && submission != null
                && submittedAt != null
                && pagesDue > 0
                && page != null
                && page.order() > 0
                && page.url() != null
                && page.url().equals(CanonicalUrl.of(page.url()))
                && page.clickText() != null
                && page.title() != null
                && page.outcome() != null
                && (page.text() != null || !page.read())
                && page.fetchedAt() != null;
    }

    /** The page as it came from the fetch, which need not be done again. */
    public FetchedPage fetched() {
        var business = new Business(id, name, businessUrl, submission, submittedAt);
        return new FetchedPage(business, page.url(), null, page, pagesDue, 0, List.of(), List.of(), 0, null);
    }
}
