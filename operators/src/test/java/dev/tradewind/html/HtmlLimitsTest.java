package dev.tradewind.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page may cost the thread that reads it. */
class HtmlLimitsTest {
    private static final String URL = "http://joes.example/";
    private static final String FIRST = "<title>Joe's</title><a href=/early>Drains</a> ";
    private static final int MEBIBYTE = 1 << 20;
    private static final long MEGABYTES = 1_000_000;

    private final AtomicLong now = new AtomicLong();

    @Test
    void readsUntilThePagesTimeIsUpAndKeepsWhatItHas() {
        LongSupplier aMillisecondLaterEachTime = () -> now.addAndGet(1_000_000);
        String html = FIRST + "<p>and so on</p>".repeat(40_000) + "<a href=/late>";

        HtmlPage page = parse(html, 100_000_000, aMillisecondLaterEachTime);

        assertThat(page.title()).isEqualTo("Joe's");
        assertThat(page.text()).startsWith("Drains and so on");
        assertThat(page.links()).isEmpty();
        assertThat(now.get()).isLessThan(110_000_000);
    }

    @Test
    void readsTheLinksOfAPageThatCameToItsEndInTime() {
        HtmlPage page = parse(FIRST + "<p>and so on</p>".repeat(1_000) + "<a href=/late>", 100_000_000, now::get);

        assertThat(page.links()).extracting(Link::url).containsExactly(URL + "early", URL + "late");
    }

    @Test
    void givesNoPageMoreThanTwoSeconds() {
        LongSupplier aMillisecondLaterEachTime = () -> now.addAndGet(1_000_000);

        parse(FIRST + " and so on ".repeat(2 * MEBIBYTE), Long.MAX_VALUE, aMillisecondLaterEachTime);

        assertThat(now.get()).isBetween(2_000_000_000L, 2_010_000_000L);
    }

    @Test
    void readsNothingOfAPageWhoseTimeIsUpBeforeItBegan() {
        HtmlPage page = parse(FIRST, 0, now::get);

        assertThat(page.text()).isEmpty();
        assertThat(page.links()).isEmpty();
    }

    @Test
    void readsFiftyThousandTagsAndNoMore() {
        String more = "<i></i>".repeat(ParseShare.MAX_TAGS / 2 - 2); // FIRST has four

        assertThat(html(FIRST + more + "<a href=/late>").links())
                .extracting(Link::url)
                .contains(URL + "early");
        assertThat(html(FIRST + more + "<a href=/late>").links())
                .extracting(Link::url)
                .doesNotContain(URL + "late");
        assertThat(html(FIRST + more.substring(7) + "<a href=/late>").links())
                .extracting(Link::url)
                .contains(URL + "late");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worstPages")
    void bearsTheWorstOfPages(String what, String html) {
        long before = allocated();

        HtmlPage page = html(FIRST + html);

        assertThat(page).isNotNull();
        assertThat(page.title()).isEqualTo("Joe's");
        assertThat(allocated() - before).isLessThan(3_000 * MEGABYTES);
    }

    /** The dearest that were found, a MiB of each. */
    static Stream<Arguments> worstPages() {
        return Stream.of(
                worst("formatting never closed", i -> "<b id=" + i + ">"),
                worst("formatting reopened in each paragraph", i -> "<b id=" + i + "><p>x"),
                worst("links in objects in links", i -> "<a href=/x" + i % 10 + "><object>"),
                worst("links never closed", i -> "<a href=/x>"),
                worst("links crossing paragraphs", i -> "<a><p></a>"),
                worst("formatting crossing divisions", i -> "<b><div><i></b></i>"),
                worst("text where a table has no place for it", i -> i == 0 ? "<table>" : "x<b>"),
                worst("links where a table has no place for them", i -> i == 0 ? "<table>" : "<a>x"),
                worst("tables in tables", i -> "<table><tr><td>"),
                worst("tables in formatting in tables", i -> "<b><table><td>"),
                worst("divisions never closed", i -> "<div>"),
                worst("lists in lists", i -> "<ul><li>"),
                worst("buttons in buttons", i -> "<button>"),
                worst("selects in selects", i -> "<select><option>"),
                worst("templates in templates", i -> "<template><tr>"),
                worst("drawings in drawings", i -> "<svg><p>"),
                worst("end tags of nothing", i -> i < 500 ? "<div>" : "</x>"),
                worst("one tag with a million attributes", i -> i == 0 ? "<p" : " a" + i),
                worst("one attribute a million times", i -> i == 0 ? "<p" : " a"),
                worst("attributes for the html tag in each tag", i -> "<html a" + i + ">"),
                worst("a value of a mebibyte", i -> i == 0 ? "<p a=\"" : "&amp;"),
                worst("a value without an end", i -> i == 0 ? "<p a='" : "&<>"),
                worst("a tag whose name is a mebibyte", i -> i == 0 ? "<" : "xxxxxxxx"),
                worst("a comment without an end", i -> i == 0 ? "<!--" : "-->!<!--"),
                worst("comments of nothing", i -> "<?>"),
                worst("character data", i -> "<![CDATA["),
                worst("character data in a drawing", i -> i == 0 ? "<svg><![CDATA[" : "]]"),
                worst("plain text", i -> i == 0 ? "<plaintext>" : "<a>"),
                worst("a script that nearly ends", i -> i == 0 ? "<script>" : "</script "),
                worst("a title that nearly ends", i -> i == 0 ? "</title><title>" : "</titl"),
                worst("entities that are none", i -> "&a"),
                worst("addresses that climb", i -> "<a href='/" + "../".repeat(600) + i + "'>"),
                worst("hosts in other letters", i -> "<a href='http://ü" + i + ".example/'>"),
                worst("refreshes for those without script", i -> "<noscript><meta http-equiv=refresh></noscript>"),
                worst("frames", i -> i == 0 ? "<frameset>" : "<frame src=/" + i + ">"));
    }

    private static Arguments worst(String what, IntFunction<String> part) {
        var html = new StringBuilder();
        for (int i = 0; html.length() < MEBIBYTE; i++) {
            html.append(part.apply(i));
        }
        return Arguments.of(what, html.toString());
    }

    @Test
    @Timeout(60)
    void looksForACharsetOnce() {
        String blanks = " ".repeat(MEBIBYTE);
        byte[] body = ("<meta".repeat(60) + "charset=".repeat(20) + " ".repeat(3_600) + "<p>é")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(HtmlBytes.decode(body, "text/html; charset=" + blanks + "\"!", false))
                .endsWith("é");
        assertThat(HtmlBytes.decode(body, "text/html; charset" + blanks + "!", false))
                .endsWith("é");
    }

    @Test
    @Timeout(60)
    void looksForARefreshOnce() {
        String blanks = " ".repeat(MEBIBYTE - 100);

        assertThat(html("<meta http-equiv=refresh content='0" + blanks + "x'>").refresh())
                .isEqualTo(URL + "x");
        assertThat(html("<meta http-equiv=refresh content='0." + "1".repeat(MEBIBYTE) + "'>")
                        .refresh())
                .isNull();
        assertThat(html("<meta http-equiv=refresh content=\"0;url" + blanks + "'x\">")
                        .refresh())
                .isNotNull();
    }

    private static HtmlPage html(String html) {
        return HtmlPage.parse(URL, html.getBytes(StandardCharsets.UTF_8), "text/html; charset=utf-8", true);
    }

    private static HtmlPage parse(String html, long nanos, LongSupplier clock) {
        return HtmlPage.parse(URL, html.getBytes(StandardCharsets.UTF_8), null, false, nanos, clock);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
