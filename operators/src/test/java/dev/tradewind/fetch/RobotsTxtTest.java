package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Index.atIndex;

import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import dev.tradewind.testdata.Request;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobotsTxtTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.delayed(Duration.ofSeconds(2), Duration.ofMillis(10));

    private final LoopbackWeb web = LoopbackWeb.start();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong now = new AtomicLong();
    private WebClient client;
    private HostTurns turns;
    private RobotsTxt robots;

    @BeforeEach
    void open() {
        var loop = loops.next();
        var standstill = new Standstill(loop, System::nanoTime);
        client = new WebClient(SETTINGS, loop, standstill);
        turns = new HostTurns(SETTINGS.politeness(), loop, System::nanoTime, standstill);
        var polite = new PoliteClient(client, turns, standstill, SETTINGS);
        robots = new RobotsTxt(polite, turns, Runnable::run, SETTINGS, now::get);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
        web.close();
    }

    @Test
    void obeysTheGroupThatNamesUs() {
        web.site("joes")
                .robots("User-agent: *\nDisallow: /\n\nUser-agent: TradeWind\nDisallow: /cart\nAllow: /cart/help");

        assertThat(objection("/")).isNull();
        assertThat(objection("/cart/1")).isEqualTo("robots-disallowed");
        assertThat(objection("/cart/help")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 410, 451})
    void takesARobotsTxtThatIsNotThereForLeave(int status) {
        web.site("joes").status("/robots.txt", status);

        assertThat(objection("/")).isNull();
        assertThat(web.requests("joes")).hasSize(1);
    }

    @Test
    void asksAgainWhereTheFirstRequestIsNeverAnswered() {
        web.site("joes").robots("User-agent: *\nDisallow: /cart").silent("/robots.txt", 1);

        assertThat(objection("/")).isNull();
        assertThat(objection("/cart")).isEqualTo("robots-disallowed");
        assertThat(web.requests("joes")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void takesNoLeaveWhereItFailsTwice(int status) {
        web.site("joes").status("/robots.txt", status);

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        assertThat(web.requests("joes")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void comesBackThreeTimesWhereTheHostIsTooBusy(int status) {
        web.site("joes").status("/robots.txt", status);

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        assertThat(gaps("joes"))
                .hasSize(3)
                .satisfies(gap -> assertThat(gap).isGreaterThanOrEqualTo(Duration.ofMillis(200)), atIndex(0))
                .satisfies(gap -> assertThat(gap).isGreaterThanOrEqualTo(Duration.ofMillis(400)), atIndex(1))
                .satisfies(gap -> assertThat(gap).isGreaterThanOrEqualTo(Duration.ofMillis(800)), atIndex(2));
    }

    @Test
    void doesNotComeBackWhereTheHostAsksToBeLeftAloneForLong() {
        web.site("joes").reply("/robots.txt", Reply.status(429).with("Retry-After", "3600"));

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        now.addAndGet(RobotsTxt.FAILURE_REMEMBERED.toNanos());
        assertThat(objection("/")).isEqualTo("robots-unreachable");
        assertThat(web.requests("joes")).hasSize(1);
    }

    @Test
    void triesAgainOnceWhereTheConnectionBreaks() {
        web.site("joes").reset("/robots.txt");

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        assertThat(web.requests("joes")).hasSize(2);
    }

    @Test
    void saysWhatIsWrongWithTheHostItself() {
        assertThat(rules(web.refusedUrl()).failure()).isEqualTo("connection-refused");
        assertThat(rules(web.unansweredUrl()).failure()).isEqualTo("connect-timeout");
        assertThat(rules("http://nosuch.invalid/").failure()).isEqualTo("dns-failure");
        assertThat(rules("http://10.0.0.1/").failure()).isEqualTo("blocked-address");
        assertThat(rules(web.url("joes", "/").replace("http:", "https:")).failure())
                .isEqualTo("tls-failure");
    }

    @Test
    void followsRedirectsToOtherHosts() {
        web.site("joes").redirect("/robots.txt", 301, web.url("www.joes", "/robots.txt"));
        web.site("www.joes").robots("User-agent: *\nDisallow: /private");

        assertThat(objection("/private")).isEqualTo("robots-disallowed");
        assertThat(objection("/")).isNull();
    }

    @Test
    void takesRedirectsWithoutEndForLeave() {
        web.site("joes").redirect("/robots.txt", "/robots.txt");

        assertThat(objection("/")).isNull();
        assertThat(web.requests("joes")).hasSize(6);
    }

    @Test
    void followsNoRedirectToAPrivateAddress() {
        web.site("joes").redirect("/robots.txt", "http://169.254.169.254/robots.txt");

        assertThat(objection("/")).isEqualTo("blocked-address");
    }

    @Test
    void readsTheStartOfARobotsTxtWithoutEnd() {
        web.site("joes").endless("/robots.txt", "User-agent: *\nDisallow: /private\n");

        assertThat(objection("/private")).isEqualTo("robots-disallowed");
        assertThat(objection("/")).isNull();
    }

    @Test
    void takesAHomePageInItsPlaceForLeave() {
        web.site("joes").page("/robots.txt", "<!doctype html><title>Joe's</title><p>User-agent: * welcome");

        assertThat(objection("/")).isNull();
    }

    @Test
    void honoursACrawlDelayUpToTheLongestDelay() {
        web.site("joes").robots("User-agent: *\nCrawl-delay: 2.5");
        web.site("slow").robots("User-agent: *\nCrawl-delay: 30");
        web.site("plain").robots("User-agent: *\nDisallow:");

        assertThat(rules(web.url("joes", "/")).crawlDelayMillis()).isEqualTo(2_500);
        assertThat(rules(web.url("slow", "/")).crawlDelayMillis()).isEqualTo(30_000);
        assertThat(rules(web.url("slow", "/")).objection(web.url("slow", "/"))).isNull();
        assertThat(rules(web.url("plain", "/")).crawlDelayMillis()).isZero();
    }

    @Test
    void leavesASiteAloneThatAsksForALongerCrawlDelay() {
        web.site("joes").robots("User-agent: *\nCrawl-delay: 31\nDisallow: /cart");

        assertThat(objection("/")).isEqualTo("crawl-delay-too-long");
        assertThat(objection("/cart")).isEqualTo("robots-disallowed");
    }

    @Test
    void countsTheCrawlDelayFromItsOwnRequest() {
        web.site("joes").robots("User-agent: *\nCrawl-delay: 20");

        objection("/");

        assertThat(turns.restOf("joes.localhost").millis()).isBetween(15_000L, 20_000L);
    }

    @Test
    void fetchesOnceForAllWhoAskAtTheSameTime() {
        web.site("joes").robots("").slow("/robots.txt", Duration.ofMillis(100));

        var answers = IntStream.range(0, 20)
                .mapToObj(i -> robots.rulesFor(web.url("joes", "/" + i)))
                .toList();

        assertThat(answers)
                .allSatisfy(rules -> assertThat(rules.join().failure()).isNull());
        assertThat(web.requests("joes")).extracting(Request::path).containsExactly("/robots.txt");
    }

    @Test
    void asksEachOriginForItsOwn() {
        web.site("joes").robots("User-agent: *\nDisallow: /");
        web.site("shop.joes").status("/robots.txt", 404);

        assertThat(objection("/")).isEqualTo("robots-disallowed");
        assertThat(rules(web.url("shop.joes", "/")).objection(web.url("shop.joes", "/")))
                .isNull();
    }

    @Test
    void remembersRulesForADayAndFailuresForHalfAMinute() {
        web.site("joes").robots("").failing("/robots.txt", 2, Reply.status(500));

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        now.addAndGet(RobotsTxt.FAILURE_REMEMBERED.toNanos() - 1);
        assertThat(objection("/")).isEqualTo("robots-unreachable");
        now.addAndGet(1);
        assertThat(objection("/")).isNull();

        web.site("joes").robots("User-agent: *\nDisallow: /");
        now.addAndGet(RobotsTxt.REMEMBERED.toNanos() - 1);
        assertThat(objection("/")).isNull();
        now.addAndGet(1);
        assertThat(objection("/")).isEqualTo("robots-disallowed");
    }

    /** What was asked for often before must not count for more than what is asked for now. */
    @Test
    void keepsTheRulesOfVisitsUnderWayHoweverManyCameBefore() {
        serveWithRules("before", 30);
        serveWithRules("now", 10);
        IntStream.range(0, 30).forEach(i -> IntStream.range(0, 6).forEach(page -> ask("before-" + i, page)));

        IntStream.range(0, 6).forEach(page -> IntStream.range(0, 10).forEach(i -> ask("now-" + i, page)));

        assertThat(web.requests())
                .extracting(Request::host)
                .filteredOn(host -> host.startsWith("now-"))
                .hasSize(10)
                .doesNotHaveDuplicates();
    }

    @Test
    void forgetsWhatWasNotAskedForInLongestWhenThereIsNoMoreRoom() {
        serveWithRules("site", 30);
        IntStream.range(0, 30).forEach(i -> ask("site-" + i, 1));

        ask("site-29", 2);
        ask("site-0", 2);

        assertThat(web.requests("site-29")).hasSize(1);
        assertThat(web.requests("site-0")).hasSize(2);
    }

    /** Of thirty such sites there is not room for all. */
    private void serveWithRules(String name, int sites) {
        var rules = IntStream.range(0, 20_000)
                .mapToObj(i -> "Disallow: /" + i + "\n")
                .collect(Collectors.joining("", "User-agent: *\n", ""));
        IntStream.range(0, sites).forEach(i -> web.site(name + "-" + i).robots(rules));
    }

    private void ask(String site, int page) {
        assertThat(rules(web.url(site, "/page-" + page)).failure()).isNull();
    }

    @Test
    void waitsForTheTurnOfItsHost() throws Exception {
        web.site("joes").robots("");
        assertThat(turns.take("joes.localhost", null, 0, 5_000).get(5, TimeUnit.SECONDS))
                .isNull();

        var rules = robots.rulesFor(web.url("joes", "/"));

        assertThat(turns.waiting()).isOne();
        assertThat(web.requests()).isEmpty();
        turns.give("joes.localhost", 0, 200);
        assertThat(rules.get(20, TimeUnit.SECONDS).failure()).isNull();
    }

    private List<Duration> gaps(String site) {
        var requests = web.requests(site);
        return IntStream.range(1, requests.size())
                .mapToObj(i -> Duration.between(
                        requests.get(i - 1).at(), requests.get(i).at()))
                .toList();
    }

    private String objection(String path) {
        String url = web.url("joes", path);
        return rules(url).objection(url);
    }

    private RobotsTxt.Rules rules(String url) {
        return robots.rulesFor(url).orTimeout(20, TimeUnit.SECONDS).join();
    }
}
