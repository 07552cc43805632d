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

    @Test
    void countsOnceWhatStandsOnEveryPage() {
        var menu = "Home About Services Contact Call us now ";
        var footer = " Copyright Joe's Diner, 12 Main Street, Duluth";

        Segments segments = CutSegments.of(visit(
                "1",
                "Joe",
                "joe.com",
                page("https://joe.com/", "Home", menu + "Burgers and fries." + footer),
                page("https://joe.com/about", "About", menu + "Since 1950." + footer.toUpperCase()),
                page("https://joe.com/again", "Home", menu + "Burgers and fries." + footer)));

        assertThat(segments.texts())
                .extracting(Segments.Segment::text)
                .startsWith(menu + "Burgers and fries." + footer, "Since 1950.", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "We bake bread. casino casino casino casino casino casino casino | We bake bread. casino",
                "Best casino! best casino, best casino; best casino - Bread | Best casino! - Bread",
                "play at our online casino and win, play at our online casino and win bread | play at our online casino and win, bread",
                "bread and cake, bread and rolls, bread and pies | bread and cake, bread and rolls, bread and pies",
                "a b a b | a b a b",
                "★ ★ ★ ★ ★ ★ ★ ★ ★ ★ Good bread | ★ Good bread",
                "'' | ''",
            })
    void countsARepeatedPhraseOnce(String said, String counted) {
        Segments segments = CutSegments.of(visit("1", "Joe", "joe.com", page("https://joe.com/", "Home", said)));

        assertThat(segments.texts().get(0).text()).isEqualTo(counted);
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
