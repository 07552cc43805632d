package dev.tradewind.classify;

import static dev.tradewind.classify.Visits.failure;
import static dev.tradewind.classify.Visits.page;
import static dev.tradewind.classify.Visits.visit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.fetch.Page;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutSegmentsTest {
    @Test
    void namesTwelveSegmentsInTheOrderOfTheHead() {
        Segments segments = CutSegments.of(visit("1", "Joe", "joe.com", page("https://joe.com/", "Title", "Text")));

        assertThat(segments.texts())
                .extracting(Segments.Segment::name)
                .containsExactly(
                        "page-1-text",
                        "page-2-text",
                        "page-3-text",
                        "page-4-text",
                        "page-5-text",
                        "page-1-title",
                        "page-2-title",
                        "page-3-title",
                        "page-4-title",
                        "page-5-title",
                        "domain",
                        "business-name");
        assertThat(segments.texts())
                .extracting(Segments.Segment::text)
                .containsExactly("Text", "", "", "", "", "Title", "", "", "", "", "joe", "Joe");
    }

    @Test
    void leavesOutPagesThatCouldNotBeRead() {
        Segments segments = CutSegments.of(visit(
                "1",
                null,
                "joe.com",
                page("https://joe.com/", "Home", "one"),
                failure("https://joe.com/gone", "http-404"),
                page("https://joe.com/about", "About", "two")));

        assertThat(segments.texts().get(1)).isEqualTo(segment("page-2-text", "https://joe.com/about", "two"));
        assertThat(segments.texts().get(6)).isEqualTo(segment("page-2-title", "https://joe.com/about", "About"));
        assertThat(segments.texts().get(11)).isEqualTo(segment("business-name", null, ""));
    }

    @Test
    void readsFivePagesAtMost() {
        Page[] pages = IntStream.range(0, 8)
                .mapToObj(i -> page("https://joe.com/" + i, "Title " + i, "text " + i))
                .toArray(Page[]::new);

        Segments segments = CutSegments.of(visit("1", "Joe", "joe.com", pages));

        assertThat(segments.texts()).hasSize(12);
        assertThat(segments.texts().get(4).text()).isEqualTo("text 4");
    }

    @ParameterizedTest
    @CsvSource({
        "https://www.joes-diner.co.uk/menu, joes diner, co.uk",
        "http://smith_and_sons.com/, smith and sons, com",
        "https://shop.bakery.com/, bakery, com",
        "https://xn--bckerei-5wa.de/, xn  bckerei 5wa, de",
        "http://192.0.2.7/, 192.0.2.7, ''",
        "http://localhost:8080/, localhost, ''",
    })
    void readsTheDomainAsWords(String url, String domain, String extension) {
        Segments segments = CutSegments.of(visit("1", "Joe", "elsewhere.org", page(url, "Title", "Text")));

        assertThat(segments.texts().get(10).text()).isEqualTo(domain);
        assertThat(segments.extension()).isEqualTo(extension);
    }

    private static Segments.Segment segment(String name, String url, String text) {
        return new Segments.Segment(name, url, text);
    }
}
