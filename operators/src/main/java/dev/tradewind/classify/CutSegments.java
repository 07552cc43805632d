package dev.tradewind.classify;

import dev.tradewind.fetch.Page;
import dev.tradewind.observe.Observation;
import dev.tradewind.url.CanonicalUrl;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an observation into the twelve texts of the model: five page texts, five titles, the domain and the name. What a page
 * says more than once, or an earlier page has said, counts once.
 */
public final class CutSegments {

    /** The segments of the first five pages that were read; a page that is not there leaves empty ones. */
    public static Segments of(Observation observation) {
        List<Page> pages = observation.readPages();
        var texts = new ArrayList<Segments.Segment>(ModelBundle.SEGMENTS);
        var sayOnce = new SayOnce();
        for (int i = 0; i < ModelBundle.PAGES; i++) {
            Page page = i < pages.size() ? pages.get(i) : null;
            texts.add(segment(
                    "page-" + (i + 1) + "-text",
                    page,
                    page == null || page.text() == null ? "" : sayOnce.of(page.text())));
        }
        for (int i = 0; i < ModelBundle.PAGES; i++) {
            Page page = i < pages.size() ? pages.get(i) : null;
            texts.add(segment("page-" + (i + 1) + "-title", page, page == null ? null : page.title()));
        }
        String url = url(observation, pages);
        texts.add(segment("domain", null, url == null ? "" : words(CanonicalUrl.domainLabel(url))));
        texts.add(segment("business-name", null, observation.business().name()));
        return new Segments(texts, url == null ? "" : CanonicalUrl.extension(url));
    }

    private static Segments.Segment segment(String name, Page page, String text) {
        return new Segments.Segment(name, page == null ? null : page.url(), text == null ? "" : text);
    }

    private static String url(Observation observation, List<Page> pages) {
        return pages.isEmpty()
                ? CanonicalUrl.home(observation.business().url()).url()
                : pages.get(0).url();
    }

    private static String words(String label) {
        return label.replace('-', ' ').replace('_', ' ');
    }

    private CutSegments() {}
}
