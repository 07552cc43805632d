package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import dev.tradewind.testdata.Request;
import dev.tradewind.testdata.Site;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PageReaderTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.within(Duration.ofMillis(1_500));
    private static final String HTML = "<title>Joe's</title><p>Drains cleared since 1974";

    private static Crawler crawler;
    private LoopbackWeb web;

    @BeforeAll
    static void open() {
        crawler = Crawler.open(SETTINGS);
    }

    @AfterAll
    static void close() throws Exception {
        crawler.close();
    }

    @BeforeEach
    void start() {
        web = LoopbackWeb.start();
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("faults")
    void namesWhatIsWrongWithAPage(String fault, String outcome, Consumer<Site> make) {
        make.accept(web.site("joes"));

        assertThat(look(web.url("joes", "/page"), true).outcome()).isEqualTo(outcome);
    }

    private static Site status(Site site, String status) {
        return site.raw(
                "/page",
                "HTTP/1.1 " + status + " Odd\r\nContent-Type: text/html\r\nContent-Length: " + HTML.length()
                        + "\r\n\r\n" + HTML);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("nothing", "read", site -> site.page("/page", HTML)),
                fault("not found", "http-404", site -> site.status("/page", 404)),
                fault("gone", "http-410", site -> site.gone("/page")),
                fault("forbidden", "http-403", site -> site.status("/page", 403)),
                fault("login wanted", "http-401", site -> site.status("/page", 401)),
                fault("server error", "http-500", site -> site.status("/page", 500)),
                fault("a status of servers' own", "http-999", site -> status(site, "999")),
                fault("a status below all", "bad-response", site -> status(site, "99")),
                fault("a status beyond all", "bad-response", site -> status(site, "2000000")),
                fault("a status that means to go on", "bad-response", site -> status(site, "199")),
                fault("no answer", "deadline", site -> site.silent("/page")),
                fault("body drips", "deadline", site -> site.drip("/page")),
                fault("headers drip", "deadline", site -> site.dripHeaders("/page")),
                fault("reset", "connection-lost", site -> site.reset("/page")),
                fault("hang up", "connection-lost", site -> site.hangUp("/page")),
                fault("body too short", "connection-lost", site -> site.tooShort("/page", HTML)),
                fault("body too long", "read", site -> site.tooLong("/page", HTML)),
                fault("garbage", "bad-response", site -> site.garbage("/page")),
                fault("bad length", "bad-response", site -> site.badLength("/page")),
                fault("bad chunks", "bad-response", site -> site.badChunks("/page")),
                fault("bad gzip", "bad-response", site -> site.badGzip("/page", HTML)),
                fault(
                        "an encoding nobody asked for",
                        "bad-response",
                        site -> site.reply("/page", Reply.html(HTML).with("Content-Encoding", "x-odd"))),
                fault("endless body", "read", site -> site.endless("/page")),
                fault("gzip bomb", "read", site -> site.gzipBomb("/page")),
                fault("redirect to itself", "too-many-redirects", site -> site.redirect("/page", "/page")),
                fault("redirects in a circle", "too-many-redirects", site -> site.redirect("/page", "/b")
                        .redirect("/b", "/page")),
                fault("six redirects", "too-many-redirects", site -> site.redirect("/page", "/1")
                        .redirect("/1", "/2")
                        .redirect("/2", "/3")
                        .redirect("/3", "/4")
                        .redirect("/4", "/5")
                        .redirect("/5", "/6")
                        .page("/6", HTML)),
                fault("five redirects", "read", site -> site.redirect("/page", 301, "/1")
                        .redirect("/1", 302, "/2")
                        .redirect("/2", 303, "/3")
                        .redirect("/3", 307, "/4")
                        .redirect("/4", 308, "/5")
                        .page("/5", HTML)),
                fault("redirect nowhere", "http-302", site -> site.status("/page", 302)),
                fault("redirect to mail", "bad-url", site -> site.redirect("/page", "mailto:joe@joes.example")),
                fault(
                        "redirect to a private address",
                        "blocked-address",
                        site -> site.redirect("/page", "http://169.254.169.254/latest/meta-data/")),
                fault(
                        "redirect to an unknown host",
                        "dns-failure",
                        site -> site.redirect("/page", "http://nosuch.invalid/")),
                fault("a picture", "not-html", site -> site.bytes("/page", new byte[] {1}, "image/png")),
                fault("a pdf", "not-html", site -> site.bytes("/page", new byte[] {1}, "application/pdf")),
                fault(
                        "a pdf that says it is html",
                        "not-html",
                        site -> site.bytes("/page", "%PDF-1.4".getBytes(StandardCharsets.US_ASCII), "text/html")),
                fault("plain text", "not-html", site -> site.bytes("/page", new byte[] {'h', 'i'}, "text/plain")),
                fault(
                        "html that says it is text",
                        "read",
                        site -> site.bytes("/page", HTML.getBytes(StandardCharsets.UTF_8), "text/plain")),
                fault("html of no type", "read", site -> site.raw("/page", "HTTP/1.1 200 OK\r\n\r\n" + HTML)),
                fault("something of no type", "not-html", site -> site.raw("/page", "HTTP/1.1 200 OK\r\n\r\n\1\2\3")),
                fault("an empty page", "read", site -> site.page("/page", "")),
                fault("robots.txt forbids it", "robots-disallowed", site -> site.page("/page", HTML)
                        .robots("User-agent: *\nDisallow: /page")),
                fault("robots.txt forbids others", "read", site -> site.page("/page", HTML)
                        .robots("User-agent: *\nDisallow: /\nUser-agent: Tradewind\nDisallow: /private")),
                fault("robots.txt forbids where it redirects to", "robots-disallowed", site -> site.redirect(
                                "/page", "/private/page")
                        .page("/private/page", HTML)
                        .robots("User-agent: *\nDisallow: /private")),
                fault("robots.txt is broken", "robots-unreachable", site -> site.page("/page", HTML)
                        .status("/robots.txt", 500)),
                fault("robots.txt drips", "robots-unreachable", site -> site.page("/page", HTML)
                        .drip("/robots.txt")),
                fault("robots.txt is overloaded once", "read", site -> site.page("/page", HTML)
                        .failing("/robots.txt", 1, Reply.status(503))));
    }

    private static Arguments fault(String fault, String outcome, Consumer<Site> make) {
        return Arguments.of(fault, outcome, make);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "http://nosuch.invalid/, dns-failure",
        "http://10.0.0.1/, blocked-address",
        "http://[::1]/, blocked-address",
        "http://[::ffff:10.0.0.1]/, blocked-address",
        "http://169.254.169.254/latest/meta-data/, blocked-address",
    })
    void saysWhyAHostCannotBeReached(String url, String outcome) {
        assertThat(look(url, true).outcome()).isEqualTo(outcome);
    }

    @Test
    void tellsARefusedConnectionFromOneThatNeverComesAbout() {
        assertThat(look(web.refusedUrl(), true).outcome()).isEqualTo("connection-refused");
        assertThat(look(web.unansweredUrl(), true).outcome()).isEqualTo("connect-timeout");
    }

    @Test
    void saysThatTlsFailedWhereThereIsNone() {
        web.site("joes").page("/page", HTML);

        assertThat(look(web.url("joes", "/page").replace("http:", "https:"), true)
                        .outcome())
                .isEqualTo("tls-failure");
    }

    @Test
    void refusesLoopbackUnlessItIsAllowed() throws Exception {
        web.site("joes").page("/page", HTML);
        try (var strict = Crawler.open(SETTINGS.with(LoopbackCrawl.open()))) {
            var reading = strict.reader()
                    .read(web.url("joes", "/page"), true, Set.of(), 5_000)
                    .get();

            assertThat(reading.outcome()).isEqualTo("blocked-address");
        }
        assertThat(web.requests()).isEmpty();
    }

    @Test
    void readsWhatCameBeforeTheByteCapOfABodyThatHasNoEnd() {
        web.site("joes").endless("/page").gzipBomb("/bomb");

        for (String path : List.of("/page", "/bomb")) {
            var reading = look(path);
            assertThat(reading.exchange().truncated()).isTrue();
            assertThat(reading.exchange().body()).hasSize(64 << 10);
            assertThat(reading.html().title()).isIn("Without end", "Bomb");
        }
    }

    @Test
    void fetchesNoBodyThatIsNoPage() {
        web.site("joes").bytes("/page", new byte[100_000], "video/mp4");

        assertThat(look("/page").exchange().body()).isEmpty();
    }

    @Test
    void keepsTheResponseAsItCame() {
        web.site("joes").reply("/page", Reply.html(HTML).with("X-Shop", "yes"));

        var exchange = look("/page").exchange();

        assertThat(exchange.url()).isEqualTo(web.url("joes", "/page"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.reason()).isEqualTo("OK");
        assertThat(exchange.headers()).containsSequence("X-Shop", "yes");
        assertThat(exchange.body()).asString().isEqualTo(HTML);
        assertThat(exchange.truncated()).isFalse();
    }

    @Test
    void keepsTheHomePageOfABusinessThatMoved() {
        web.site("joes").redirect("/page", web.url("joes-new-name", "/welcome"));
        web.site("joes-new-name").page("/welcome", HTML);

        var reading = look(web.url("joes", "/page"), true);

        assertThat(reading.outcome()).isEqualTo("read");
        assertThat(reading.url()).isEqualTo(web.url("joes-new-name", "/welcome"));
    }

    @Test
    void leavesNoSiteForAnotherOnAnInternalPage() {
        web.site("joes").redirect("/page", web.url("elsewhere", "/"));
        web.site("elsewhere").page("/", HTML);

        var reading = look(web.url("joes", "/page"), false);

        assertThat(reading.outcome()).isEqualTo("foreign-redirect");
        assertThat(web.requests("elsewhere")).isEmpty();
    }

    @Test
    void followsAMetaRefreshLikeARedirect() {
        web.site("joes")
                .page("/page", "<meta http-equiv=refresh content='0; url=/welcome'>")
                .page("/welcome", HTML)
                .page("/loop", "<meta http-equiv=refresh content='0; url=/pool'>")
                .page("/pool", "<meta http-equiv=refresh content='0; url=/loop'>");

        assertThat(look("/page").url()).isEqualTo(web.url("joes", "/welcome"));
        assertThat(look("/loop").outcome()).isEqualTo("too-many-redirects");
    }

    @Test
    void doesNotFetchAPageAgainThatARedirectLeadsBackTo() {
        web.site("joes").redirect("/page", "/").page("/", HTML);

        var reading = get(crawler, web.url("joes", "/page"), false, Set.of(web.url("joes", "/")));

        assertThat(reading.outcome()).isEqualTo("repeated-page");
        assertThat(web.requests("joes")).extracting(Request::path).containsExactly("/robots.txt", "/page");
    }

    @Test
    void understandsALocationWrittenInUtf8() {
        var location = new String("/über-uns".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        web.site("joes")
                .raw("/page", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n")
                .page("/%C3%BCber-uns", HTML);

        assertThat(look("/page").outcome()).isEqualTo("read");
    }

    @Test
    void takesAnotherConnectionWhenTheServerClosedTheIdleOne() {
        web.site("joes").page("/page", HTML).raw("/robots.txt", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        assertThat(look("/page").outcome()).isEqualTo("read");
    }

    @Test
    void endsWhenTheSitesTimeIsUpAndNotOnlyTheLooks() throws Exception {
        web.site("joes").silent("/page");

        var reading = crawler.reader()
                .read(web.url("joes", "/page"), true, Set.of(), 300)
                .get();

        assertThat(reading.outcome()).isEqualTo("deadline");
        assertThat(reading.millis()).isLessThan(650);
    }

    @Test
    void reachesHostsThroughAProxyUnderTheirOwnNames() throws Exception {
        web.site("joes-diner.test").otherwise(HTML);
        try (var proxied = throughProxy()) {
            var reading = get(proxied, "http://joes-diner.test/menu", true, Set.of());

            assertThat(reading.outcome()).isEqualTo("read");
            assertThat(web.requests())
                    .extracting(Request::path)
                    .containsExactly("http://joes-diner.test/robots.txt", "http://joes-diner.test/menu");
        }
    }

    @Test
    void asksTheProxyForATunnelToASecureHost() throws Exception {
        try (var proxied = throughProxy()) {
            get(proxied, "https://joes-diner.test/menu", true, Set.of());

            assertThat(web.requests()).extracting(Request::method).containsOnly("CONNECT");
            assertThat(web.requests()).extracting(Request::path).containsOnly("joes-diner.test:443");
        }
    }

    private Crawler throughProxy() {
        return Crawler.open(SETTINGS.with(LoopbackCrawl.through(web.port())));
    }

    private PageReader.Reading look(String path) {
        return look(web.url("joes", path), false);
    }

    private static PageReader.Reading look(String url, boolean home) {
        return get(crawler, url, home, Set.of());
    }

    private static PageReader.Reading get(Crawler crawler, String url, boolean home, Set<String> seen) {
        return crawler.reader()
                .read(url, home, seen, 10_000)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
