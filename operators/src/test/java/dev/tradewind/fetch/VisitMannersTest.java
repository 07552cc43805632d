package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.archive.WarcFormat;
import dev.tradewind.business.Business;
import dev.tradewind.html.Link;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import dev.tradewind.testdata.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcResponse;

/** What a visit takes along, what it leaves alone because it was asked to, and what it tells nobody. */
class VisitMannersTest {
    private static final Business JOES = new Business("1", "Joe's", "joes.localhost", "in.csv:2", Instant.EPOCH);

    private static Crawler crawler;
    private LoopbackWeb web;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        crawler = Crawler.open(LoopbackCrawl.within(Duration.ofSeconds(5)));
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

    // Cookies

    @Test
    void readsAPageThatSetsACookieAndRedirectsToItself() {
        web.site("joes").reply("/", this::cookieWall);

        assertThat(outcomes(home("/"))).containsExactly("read");
        assertThat(pagesAsked(web, "joes"))
                .extracting(request -> request.path() + " " + request.header("Cookie"))
                .containsExactly("/robots.txt null", "/ null", "/ pass=1");
    }

    @Test
    void takesCookiesFromOneRoundToTheNextAndFromPageToPage() {
        web.site("joes")
                .reply("/", Reply.html("Welcome").with("Set-Cookie", "a=1"))
                .reply("/menu", Reply.html("Menu").with("Set-Cookie", "b=2; Path=/"))
                .page("/about", "About");
        var home = home("/");

        var inner = walk(List.of("/menu", "/about"), looked(home), home.get(0).cookies());

        assertThat(outcomes(inner)).containsExactly("read", "read");
        assertThat(cookiesSent()).containsExactly(null, null, "a=1", "a=1; b=2");
        assertThat(inner.get(0).cookies()).isEmpty();
        assertThat(inner.get(1).cookies()).extracting(VisitCookie::name).containsExactly("a", "b");
    }

    @Test
    void asksForRobotsTxtWithoutCookiesAndKeepsNoneOfIts() {
        try (var otherPort = LoopbackWeb.start()) {
            web.site("joes")
                    .reply("/robots.txt", Reply.status(404).with("Set-Cookie", "robot=1"))
                    .reply("/", Reply.redirect(302, otherPort.url("joes", "/")).with("Set-Cookie", "a=1"));
            otherPort.site("joes").page("/", "Welcome");

            assertThat(outcomes(home("/"))).containsExactly("read");
            assertThat(cookiesSent()).containsExactly(null, null);
            assertThat(pagesAsked(otherPort, "joes"))
                    .extracting(request -> request.path() + " " + request.header("Cookie"))
                    .containsExactly("/robots.txt null", "/ a=1");
        }
    }

    @Test
    void takesNoCookieToTheSiteThatABusinessMovedTo() {
        web.site("joes")
                .reply(
                        "/",
                        Reply.redirect(302, web.url("moes", "/"))
                                .with("Set-Cookie", "a=1")
                                .with("Set-Cookie", "b=1; Domain=localhost")
                                .with("Set-Cookie", "c=1; Domain=moes.localhost"));
        web.site("moes").page("/", "Welcome");

        assertThat(outcomes(home("/"))).containsExactly("read");
        assertThat(pagesAsked(web, "moes"))
                .hasSize(2)
                .extracting(request -> request.header("Cookie"))
                .containsOnlyNulls();
    }

    @Test
    void startsEachVisitWithoutCookies() {
        web.site("joes").reply("/", Reply.html("Welcome").with("Set-Cookie", "a=1"));

        home("/");
        home("/");

        assertThat(cookiesSent()).hasSize(3).containsOnlyNulls();
    }

    @Test
    void doesNotFollowARedirectToItselfForEver() {
        var served = new AtomicInteger();
        web.site("joes")
                .reply("/same", Reply.redirect(302, "/same").with("Set-Cookie", "a=1"))
                .reply("/new", request -> Reply.redirect(302, "/new")
                        .with("Set-Cookie", "a=" + served.incrementAndGet()));

        assertThat(outcomes(home("/same"))).containsExactly("too-many-redirects");
        assertThat(outcomes(home("/new"))).containsExactly("too-many-redirects");
        assertThat(served).hasValue(6);
    }

    @Test
    void isNotHurtByAFloodOfCookies() {
        web.site("joes")
                .reply("/many", cookies(1_500, "1"))
                .reply("/too-many", cookies(10_000, "1"))
                .reply("/huge", cookies(1, "x".repeat(1 << 20)))
                .reply("/big", cookies(10, "x".repeat(3_000)))
                .page("/after", "After");

        var pages = walk(List.of("/many", "/too-many", "/huge", "/big", "/after"), Looked.NOTHING, List.of());

        assertThat(outcomes(pages)).containsExactly("read", "bad-response", "bad-response", "read", "read");
        assertThat(pages.get(4).cookies()).hasSizeBetween(1, 20);
        assertThat(cookiesSent().get(5).length()).isLessThan(4 << 10);
    }

    // What pages ask of robots

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<meta name=robots content=noindex>",
                "<meta name=ROBOTS content='NOINDEX,FOLLOW'>",
                "<meta name=tradewind content='noindex'>",
                "<meta name=robots content=all><meta name=robots content='noarchive noindex'>"
            })
    void readsNoPageThatAsksToBeInNoIndexButFollowsItsLinks(String tag) {
        web.site("joes").page("/page", "<title>Joe's</title>" + tag + "<p>Ours alone <a href=/menu>Menu</a>");

        var page = walk(List.of("/page"), Looked.NOTHING, List.of()).get(0);

        assertThat(page.page().outcome()).isEqualTo("noindex");
        assertThat(page.page().text()).isEmpty();
        assertThat(page.page().title()).isEmpty();
        assertThat(page.page().httpStatus()).isEqualTo(200);
        assertThat(page.links()).containsExactly(new Link(web.url("joes", "/menu"), "Menu"));
    }

    @Test
    void obeysHeadersLikeTags() {
        web.site("joes")
                .reply("/none", Reply.html("<a href=/menu>Menu</a>").with("X-Robots-Tag", "none"))
                .reply(
                        "/several",
                        Reply.html("<a href=/menu>Menu</a>")
                                .with("x-robots-tag", "otherbot: nofollow")
                                .with("X-ROBOTS-TAG", "tradewind: noindex"))
                .reply("/others", Reply.html("Others").with("X-Robots-Tag", "otherbot: none"));

        var pages = walk(List.of("/none", "/several", "/others"), Looked.NOTHING, List.of());

        assertThat(outcomes(pages)).containsExactly("noindex", "noindex", "read");
        assertThat(pages).extracting(page -> page.links().size()).containsExactly(0, 1, 0);
    }

    @Test
    void followsNoLinkOfAPageThatAsksForIt() {
        web.site("joes")
                .page("/", "<meta name=robots content=nofollow><p>Welcome <a href=/menu>Menu</a>")
                .reply("/header", Reply.html("<a href=/menu>Menu</a>").with("X-Robots-Tag", "nofollow"));

        assertThat(home("/").get(0).links()).isEmpty();
        assertThat(home("/").get(0).page().text()).isEqualTo("Welcome Menu");
        assertThat(home("/header").get(0).links()).isEmpty();
    }

    @Test
    void readsAHomePageUnlessItIsUsThatItDoesNotWant() {
        web.site("joes").page("/", "<meta name=robots content=noindex>Welcome");
        web.site("moes").page("/", "<meta name=tradewind content=noindex>Welcome");

        assertThat(outcomes(home("/"))).containsExactly("read");
        assertThat(walk("moes", List.of("/"), 0, Looked.NOTHING, List.of()))
                .extracting(page -> page.page().outcome())
                .containsExactly("noindex");
    }

    // What pages go by

    @Test
    void countsAPageOnceThatGoesByOneUrlWhateverItsQuery() {
        web.site("joes")
                .page("/shop?by=price", "<link rel=canonical href=/shop><p>From 1 to 9")
                .page("/shop?by=name", "<link rel=canonical href=/shop><p>From A to Z")
                .page("/shop", "<p>As it comes");

        var pages = walk(List.of("/shop?by=price", "/shop?by=name", "/shop"), Looked.NOTHING, List.of());

        assertThat(outcomes(pages)).containsExactly("read", "repeated-page");
        assertThat(web.requests("joes")).extracting(Request::path).doesNotContain("/shop");
    }

    @Test
    void readsAPageWhoseOtherUrlCouldNotBeRead() {
        web.site("joes").status("/shop", 500).page("/shop?by=name", "<link rel=canonical href=/shop><p>From A to Z");

        assertThat(outcomes(walk(List.of("/shop", "/shop?by=name"), Looked.NOTHING, List.of())))
                .containsExactly("http-500", "read");
    }

    @Test
    void believesALinkHeaderLikeALinkOnThePage() {
        web.site("joes")
                .page("/shop", "As it comes")
                .reply("/shop?a=1", Reply.html("A").with("Link", "<" + web.url("joes", "/shop") + ">; rel=canonical"));

        assertThat(outcomes(walk(List.of("/shop", "/shop?a=1"), Looked.NOTHING, List.of())))
                .containsExactly("read", "repeated-page");
    }

    @Test
    void losesNoPageToASiteThatNamesItsHomePageOrAnotherSiteOrSeveral() {
        var toHome = "<link rel=canonical href=/>";
        var away = "<link rel=canonical href=http://elsewhere.invalid/menu>";
        var several = "<link rel=canonical href=/team><link rel=canonical href=/team?x=1>";
        web.site("joes")
                .page("/", toHome + "Welcome")
                .page("/about", toHome + "About")
                .page("/menu", away + "Menu")
                .page("/team", several + "Team")
                .page("/?page=2", toHome + "Two");
        var home = home("/");

        var pages = walk(List.of("/about", "/menu", "/team", "/?page=2"), looked(home), List.of());

        assertThat(outcomes(pages)).containsExactly("read", "read", "read", "read");
        assertThat(web.requests()).extracting(Request::host).containsOnly("joes.localhost");
    }

    // Meta refresh

    @Test
    void judgesAMetaRefreshLikeARedirect() {
        web.site("joes")
                .robots("User-agent: *\nDisallow: /private")
                .page("/away", refresh(web.url("moes", "/")))
                .page("/metadata", refresh("http://169.254.169.254/latest/meta-data/"))
                .page("/private-page", refresh("/private"))
                .page("/seen", refresh("/away"))
                .page("/6", "Six hops");
        IntStream.range(0, 6).forEach(i -> web.site("joes").page("/" + i, refresh("/" + (i + 1))));
        web.site("moes").page("/", "Welcome");

        assertThat(outcomes(walk(List.of("/away", "/metadata", "/private-page", "/seen"), Looked.NOTHING, List.of())))
                .containsExactly("foreign-redirect", "foreign-redirect", "robots-disallowed", "repeated-page");
        assertThat(outcomes(home("/0"))).containsExactly("too-many-redirects");
        assertThat(outcomes(home("/1"))).containsExactly("read");
        assertThat(web.requests("moes")).isEmpty();
        assertThat(outcomes(home("/metadata"))).containsExactly("blocked-address");
        assertThat(home("/away").get(0).page().url()).isEqualTo(web.url("moes", "/"));
    }

    // What is told nobody, and what nobody may tell us

    @Test
    void sendsNoCredentialsAndNoReferer() {
        var secret = web.url("joes", "/in").replace("http://", "http://user:secret@");
        web.site("joes")
                .page("/", "<p>Welcome <a href='" + secret + "'>Members</a>")
                .redirect("/moved", secret)
                .page("/refreshed", refresh(secret))
                .reply("/in", Reply.status(401).with("WWW-Authenticate", "Basic realm=joes"));
        var business = new Business("1", "", web.url("joes", "/").replace("//", "//user:secret@"), "1", Instant.EPOCH);

        var home = walk(PageRequest.home(business, 10_000)).get(0);

        assertThat(home.page().url()).isEqualTo(web.url("joes", "/"));
        assertThat(home.links()).containsExactly(new Link(web.url("joes", "/in"), "Members"));
        assertThat(outcomes(home("/moved"))).containsExactly("http-401");
        assertThat(outcomes(home("/refreshed"))).containsExactly("http-401");
        assertThat(pagesAsked(web, "joes")).hasSize(6).allSatisfy(request -> assertThat(request.headers())
                .doesNotContainKeys("authorization", "proxy-authorization", "referer", "cookie"));
    }

    @Test
    void keepsHeadersThatLookLikeControlDataAmongTheHeaders() throws Exception {
        var headers = List.of(
                "WARC-Type", "metadata",
                "WARC-Target-URI", "http://forged.example/",
                "WARC-Date", "1999-01-01T00:00:00Z",
                "WARC-Truncated", "length",
                "X-Tradewind-Outcome", "robots-disallowed",
                "X-Tradewind-Url", "http://forged.example/",
                "status", "404",
                "outcome", "blocked-address",
                "fetched_at", "1999-01-01T00:00:00Z",
                "depth", "7",
                "url", "http://forged.example/");
        var reply = Reply.html("<p>Welcome");
        for (int i = 0; i < headers.size(); i += 2) {
            reply = reply.with(headers.get(i), headers.get(i + 1));
        }
        web.site("joes").reply("/", reply);

        var fetched = home("/").get(0);

        assertThat(fetched.page().outcome()).isEqualTo("read");
        assertThat(Json.MAPPER.writeValueAsString(fetched.page())).doesNotContain("forged", "1999", "404", "blocked");
        assertThat(fetched.exchange().headers()).containsAll(headers);
        try (var reader = new WarcReader(warcOf(fetched.exchange()))) {
            reader.next();
            var record = (WarcResponse) reader.next().orElseThrow();
            assertThat(record.target()).isEqualTo(web.url("joes", "/"));
            assertThat(record.date()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
            assertThat(record.headers().map())
                    .containsOnlyKeys(
                            "WARC-Type",
                            "WARC-Record-ID",
                            "WARC-Target-URI",
                            "WARC-Date",
                            "Content-Type",
                            "Content-Length");
            assertThat(record.http().status()).isEqualTo(200);
            assertThat(record.http().headers().first("WARC-Target-URI")).contains("http://forged.example/");
            assertThat(record.http().headers().first("status")).contains("404");
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void isNotLedAstrayByHeadersThatAreNone() throws Exception {
        var body = "<p>Welcome";
        web.site("joes")
                .raw(
                        "/",
                        "HTTP/1.1 200 OK\r\n:status: 404\r\nContent-Type: text/html\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body)
                .raw(
                        "/bare",
                        "HTTP/1.1 200 OK\r\nWARC/1.1\r\nContent-Type: text/html\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body);

        for (String path : List.of("/", "/bare")) {
            var fetched = home(path).get(0);
            assertThat(fetched.page().outcome()).isIn("read", "bad-response");
            if (fetched.exchange() != null) {
                try (var reader = new WarcReader(warcOf(fetched.exchange()))) {
                    reader.next();
                    var record = (WarcResponse) reader.next().orElseThrow();
                    assertThat(record.http().status()).isEqualTo(200);
                    assertThat(record.http().body().stream().readAllBytes())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo(body);
                    assertThat(reader.next()).isEmpty();
                }
            }
        }
    }

    private Reply cookieWall(Request request) {
        return "pass=1".equals(request.header("Cookie"))
                ? Reply.html("Welcome")
                : Reply.redirect(302, request.path()).with("Set-Cookie", "pass=1; HttpOnly");
    }

    private static Reply cookies(int number, String value) {
        var headers = Stream.concat(
                        Stream.of("Content-Type", "text/html"),
                        IntStream.range(0, number).boxed().flatMap(i -> Stream.of("Set-Cookie", "c" + i + "=" + value)))
                .toList();
        return new Reply(200, headers, ("Flood of " + number + value.length()).getBytes(StandardCharsets.UTF_8));
    }

    private static String refresh(String to) {
        return "<meta http-equiv=refresh content='0; url=" + to + "'>";
    }

    /** Without the sitemap, which small sites are asked for. */
    private static List<Request> pagesAsked(LoopbackWeb web, String site) {
        return web.requests(site).stream()
                .filter(request -> !request.path().equals("/sitemap.xml"))
                .toList();
    }

    private List<String> cookiesSent() {
        return pagesAsked(web, "joes").stream()
                .map(request -> request.header("Cookie"))
                .toList();
    }

    private static Looked looked(List<FetchedPage> pages) {
        var looked = Looked.NOTHING;
        for (var page : pages) {
            looked = looked.plus(page.asked(), page.canonical(), page.page());
        }
        return looked;
    }

    private static List<String> outcomes(List<FetchedPage> pages) {
        return pages.stream().map(page -> page.page().outcome()).toList();
    }

    private List<FetchedPage> home(String path) {
        return walk("joes", List.of(path), 0, Looked.NOTHING, List.of());
    }

    private List<FetchedPage> walk(List<String> paths, Looked looked, List<VisitCookie> cookies) {
        return walk("joes", paths, 1, looked, cookies);
    }

    private List<FetchedPage> walk(
            String site, List<String> paths, int depth, Looked looked, List<VisitCookie> cookies) {
        var candidates = paths.stream()
                .map(path -> new Candidate(web.url(site, path), "", 0, depth))
                .toList();
        return walk(new PageRequest(JOES, candidates, paths.size(), looked, cookies, 0, 20_000));
    }

    private static List<FetchedPage> walk(PageRequest request) {
        return crawler.walk(request).walk().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private Path warcOf(Exchange exchange) throws Exception {
        var file = folder.resolve("a.warc.gz");
        try (var out = LocalFileSystem.getSharedInstance()
                .create(new org.apache.flink.core.fs.Path(file.toUri()), WriteMode.OVERWRITE)) {
            var writer = new WarcFormat().create(out);
            writer.addElement(exchange);
            writer.finish();
        }
        return file;
    }
}
