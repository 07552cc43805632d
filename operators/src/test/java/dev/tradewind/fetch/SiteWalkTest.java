package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.business.Business;
import dev.tradewind.html.HtmlPage;
import dev.tradewind.html.Link;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SiteWalkTest {
    private static final Business JOES = new Business("1", "Joe's", "joes.localhost", "in.csv:2", Instant.EPOCH);

    private static Crawler crawler;
    private LoopbackWeb web;

    @BeforeAll
    static void open() {
        crawler = Crawler.open(LoopbackCrawl.within(Duration.ofMillis(1_500)));
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

    @Test
    void readsTheHomePage() {
        web.site("joes").page("/", "<title>Joe's</title><p>Welcome <a href=/menu>Menu</a>");

        var pages = walk(new PageRequest(JOES, List.of(candidate("/", 0)), 1, Looked.NOTHING, List.of(), 0, 10_000));

        assertThat(pages).hasSize(1);
        var home = pages.get(0);
        assertThat(home.business()).isEqualTo(JOES);
        assertThat(home.asked()).isEqualTo(web.url("joes", "/"));
        assertThat(home.page().order()).isOne();
        assertThat(home.page().url()).isEqualTo(web.url("joes", "/"));
        assertThat(home.page().outcome()).isEqualTo("read");
        assertThat(home.page().httpStatus()).isEqualTo(200);
        assertThat(home.page().title()).isEqualTo("Joe's");
        assertThat(home.page().text()).isEqualTo("Welcome Menu");
        assertThat(home.page().bytes()).isEqualTo(home.exchange().body().length).isEqualTo(53);
        assertThat(home.links()).containsExactly(new Link(web.url("joes", "/menu"), "Menu"));
        assertThat(home.due()).isOne();
        assertThat(home.millisLeft()).isBetween(1L, 10_000L);
    }

    @Test
    void passesOverDeadLinksUntilSoManyPagesAsWantedWereRead() {
        web.site("joes")
                .page("/menu", "Menu")
                .gone("/old")
                .page("/about", "About")
                .page("/more", "More");

        var pages = walk(request(2, Looked.NOTHING, "/old", "/menu", "/nothing", "/about", "/more"));

        assertThat(pages)
                .extracting(FetchedPage::page)
                .extracting(Page::outcome)
                .containsExactly("http-410", "read", "http-404", "read");
        assertThat(pages).extracting(FetchedPage::page).extracting(Page::order).containsExactly(1, 2, 3, 4);
        assertThat(pages).extracting(FetchedPage::due).containsOnly(4);
        assertThat(pages)
                .extracting(FetchedPage::millisLeft)
                .hasSize(4)
                .containsOnly(pages.get(0).millisLeft());
        assertThat(web.requests("joes")).extracting(Request::path).doesNotContain("/more");
    }

    @Test
    void countsOnFromWhatWasLookedAtAndLooksAtNothingTwice() {
        web.site("joes").page("/menu", "Menu");
        var home = walk(request(1, Looked.NOTHING, "/gone")).get(0);
        var looked = Looked.NOTHING.plus(home.asked(), home.canonical(), home.page());

        var pages = walk(request(4, looked, "/gone", "/menu"));

        assertThat(pages).hasSize(1);
        assertThat(pages.get(0).page().order()).isEqualTo(2);
        assertThat(pages.get(0).due()).isEqualTo(2);
        assertThat(web.requests("joes")).extracting(Request::path).containsExactly("/robots.txt", "/gone", "/menu");
    }

    @Test
    void countsNoPageTwiceThatSaysOrIsTheSame() {
        web.site("joes")
                .page("/", "Welcome")
                .page("/index.html", "Welcome")
                .redirect("/home", "/")
                .page("/menu", "Menu");
        var home = walk(request(1, Looked.NOTHING, "/")).get(0);
        var looked = Looked.NOTHING.plus(home.asked(), home.canonical(), home.page());

        var pages = walk(request(1, looked, "/index.html", "/home", "/menu"));

        assertThat(pages)
                .extracting(FetchedPage::page)
                .extracting(Page::outcome)
                .containsExactly("repeated-page", "repeated-page", "read");
        assertThat(pages.get(0).page().text()).isEmpty();
        assertThat(pages.get(0).links()).isEmpty();
    }

    @Test
    void answersThoughAllCandidatesWereLookedAt() {
        var looked = new Looked(1, List.of(web.url("joes", "/")), List.of());

        var pages = walk(request(1, looked, "/"));

        assertThat(pages)
                .extracting(FetchedPage::page)
                .extracting(Page::outcome)
                .containsExactly("repeated-page");
        assertThat(pages.get(0).due()).isEqualTo(2);
        assertThat(web.requests()).isEmpty();
    }

    @Test
    void itsLastPageSaysWhatTheHostAsksForBetweenTwoRequests() {
        web.site("joes")
                .robots("User-agent: *\nCrawl-delay: 0.2")
                .page("/a", "One")
                .page("/b", "Two");

        assertThat(walk(request(2, Looked.NOTHING, 1, "/a", "/b")))
                .extracting(FetchedPage::crawlDelayMillis)
                .containsExactly(0L, 200L);
    }

    @Test
    void answersThoughThereIsNoTimeLeft() {
        var pages = walk(new PageRequest(JOES, List.of(candidate("/", 0)), 1, Looked.NOTHING, List.of(), 0, 0));

        assertThat(pages)
                .extracting(FetchedPage::page)
                .extracting(Page::outcome)
                .containsExactly("deadline");
        assertThat(pages.get(0).due()).isOne();
        assertThat(pages.get(0).millisLeft()).isZero();
        assertThat(web.requests()).isEmpty();
    }

    @Test
    void stopsLookingWhenTheSitesTimeIsUp() {
        web.site("joes").silent("/a").silent("/b").silent("/c").page("/d", "D");
        var candidates = Stream.of("/a", "/b", "/c", "/d")
                .map(path -> candidate(path, 1))
                .toList();

        var pages = walk(new PageRequest(JOES, candidates, 1, Looked.NOTHING, List.of(), 0, 1_000));

        assertThat(pages)
                .extracting(FetchedPage::page)
                .extracting(Page::outcome)
                .containsOnly("deadline");
        assertThat(pages).extracting(FetchedPage::due).containsOnly(pages.size());
        assertThat(pages).extracting(FetchedPage::millisLeft).containsOnly(0L);
        assertThat(web.requests("joes")).extracting(Request::path).doesNotContain("/d");
    }

    @Test
    void looksAtNoMoreThanThirtyUrls() {
        String[] paths = IntStream.range(0, 40).mapToObj(i -> "/" + i).toArray(String[]::new);
        web.site("joes");

        assertThat(walk(request(4, Looked.NOTHING, paths))).hasSize(SiteWalk.MAX_LOOKS);
    }

    @Test
    void findsThePagesOfAHomePageWithFewLinksInTheSitemap() {
        web.site("joes")
                .page("/", "Welcome <a href=/menu>Menu</a>")
                .bytes("/sitemap.xml", urlset("/menu", "/about", "/menu.pdf", "http://elsewhere.org/"), "text/xml");

        var pages = walk(request(1, Looked.NOTHING, 0, "/"));

        assertThat(pages).singleElement().satisfies(home -> assertThat(home.links())
                .containsExactly(
                        new Link(web.url("joes", "/menu"), "Menu"),
                        new Link(web.url("joes", "/menu"), ""),
                        new Link(web.url("joes", "/about"), "")));
        assertThat(web.requests("joes")).extracting(Request::path).containsExactly("/robots.txt", "/", "/sitemap.xml");
    }

    @Test
    void readsNoMoreThanThreeSitemapsThoseOfPagesFirstAndIndexesOneLevelDeep() {
        var deep = "<sitemapindex><sitemap><loc>" + web.url("joes", "/deeper.xml") + "</loc></sitemap></sitemapindex>";
        web.site("joes")
                .page("/", "Welcome")
                .robots("User-agent: *\nAllow: /\nSitemap: http://10.0.0.1/map.xml\nSitemap: "
                        + web.url("joes", "/map.xml"))
                .bytes(
                        "/map.xml",
                        Stream.of("/tags.xml", "/posts.xml", "/pages.xml", "http://10.0.0.1/pages.xml")
                                .map(this::absolute)
                                .collect(Collectors.joining(
                                        "</loc></sitemap><sitemap><loc>",
                                        "<sitemapindex><sitemap><loc>",
                                        "</loc></sitemap></sitemapindex>"))
                                .getBytes(StandardCharsets.UTF_8),
                        "text/xml")
                .bytes("/pages.xml", urlset("/about"), "text/xml")
                .bytes("/tags.xml", deep.getBytes(StandardCharsets.UTF_8), "text/xml");

        var home = walk(request(1, Looked.NOTHING, 0, "/")).get(0);

        assertThat(home.links()).containsExactly(new Link(web.url("joes", "/about"), ""));
        assertThat(web.requests("joes"))
                .extracting(Request::path)
                .containsExactly("/robots.txt", "/", "/map.xml", "/pages.xml", "/tags.xml");
    }

    @Test
    void takesNoMoreThanAThousandLinksFromASitemap() {
        var many = IntStream.range(0, 1_100).mapToObj(i -> "/" + i).toArray(String[]::new);
        web.site("joes").page("/", "Welcome").bytes("/sitemap.xml", urlset(many), "text/xml");

        assertThat(walk(request(1, Looked.NOTHING, 0, "/")).get(0).links()).hasSize(HtmlPage.MAX_LINKS);
    }

    @Test
    void asksForNoSitemapWhereLinksSufficeOrTheHomePageCouldNotBeRead() {
        web.site("joes").page("/", "Welcome <a href=/a>A</a><a href=/b>B</a><a href=/c>C</a><a href=/d>D</a>");
        web.site("jims").gone("/");

        walk(request(1, Looked.NOTHING, 0, "/"));
        walk(new PageRequest(
                JOES, List.of(new Candidate(web.url("jims", "/"), "", 0, 0)), 1, Looked.NOTHING, List.of(), 0, 10_000));

        assertThat(web.requests()).extracting(Request::path).doesNotContain("/sitemap.xml");
    }

    @Test
    void waitsForItsTurnBeforeTheSitemapAndEndsWithTheSitesTime() throws Exception {
        web.site("joes").page("/", "Welcome").silent("/sitemap.xml");
        try (var slow = Crawler.open(LoopbackCrawl.delayed(Duration.ofSeconds(30), Duration.ofMillis(300)))) {
            var home = candidate("/", 0);
            var pages = slow.walk(new PageRequest(JOES, List.of(home), 1, Looked.NOTHING, List.of(), 0, 2_000))
                    .walk()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();

            assertThat(pages).singleElement().satisfies(page -> {
                assertThat(page.page().outcome()).isEqualTo("read");
                assertThat(page.links()).isEmpty();
                assertThat(page.millisLeft()).isZero();
            });
        }
        var times = web.requests("joes").stream().map(Request::at).toList();
        assertThat(times).hasSize(3);
        assertThat(Duration.between(times.get(1), times.get(2))).isGreaterThanOrEqualTo(Duration.ofMillis(290));
    }

    private byte[] urlset(String... urls) {
        return Stream.of(urls)
                .map(this::absolute)
                .collect(Collectors.joining("</loc></url><url><loc>", "<urlset><url><loc>", "</loc></url></urlset>"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String absolute(String url) {
        return url.startsWith("/") ? web.url("joes", url) : url;
    }

    @Test
    void asksOneHostForOnePageAtATime() {
        web.site("joes").page("/", "Welcome").slow("/", Duration.ofMillis(50));

        var walks = IntStream.range(0, 5)
                .mapToObj(i -> crawler.walk(request(1, Looked.NOTHING, "/")).walk())
                .toList();

        assertThat(walks)
                .allSatisfy(pages -> assertThat(pages.get(20, TimeUnit.SECONDS)).hasSize(1));
        assertThat(web.site("joes").mostAtOnce()).isOne();
        assertThat(web.requests("joes")).hasSize(6);
    }

    private PageRequest request(int wanted, Looked looked, String... paths) {
        return request(wanted, looked, 1, paths);
    }

    private PageRequest request(int wanted, Looked looked, int depth, String... paths) {
        var candidates = Stream.of(paths).map(path -> candidate(path, depth)).toList();
        return new PageRequest(JOES, candidates, wanted, looked, List.of(), 0, 10_000);
    }

    private Candidate candidate(String path, int depth) {
        return new Candidate(web.url("joes", path), depth == 0 ? "" : "click", depth == 0 ? 0 : 3, depth);
    }

    private static List<FetchedPage> walk(PageRequest request) {
        return crawler.walk(request).walk().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
