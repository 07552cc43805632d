package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import dev.tradewind.testdata.Request;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RobotsTxtTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.delayed(Duration.ofMillis(700), Duration.ofMillis(10));

    private final LoopbackWeb web = LoopbackWeb.start();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicLong now = new AtomicLong();
    private WebClient client;
    private RobotsTxt robots;

    @BeforeEach
    void open() {
        var loop = loops.next();
        client = new WebClient(SETTINGS, loop);
        var turns = new HostTurns(1, loop, System::nanoTime);
        robots = new RobotsTxt(client, turns, loop, Runnable::run, SETTINGS, now::get);
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
    @ValueSource(ints = {429, 500, 503})
    void takesNoLeaveWhereItFailsTwice(int status) {
        web.site("joes").status("/robots.txt", status);

        assertThat(objection("/")).isEqualTo("robots-unreachable");
        assertThat(web.requests("joes")).hasSize(2);
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
    void honoursACrawlDelayUpToHalfAMinute() {
        web.site("joes").robots("User-agent: *\nCrawl-delay: 2.5");
        web.site("slow").robots("User-agent: *\nCrawl-delay: 86400");
        web.site("plain").robots("User-agent: *\nDisallow:");

        assertThat(rules(web.url("joes", "/")).crawlDelayMillis()).isEqualTo(2_500);
        assertThat(rules(web.url("slow", "/")).crawlDelayMillis()).isEqualTo(30_000);
        assertThat(rules(web.url("slow", "/")).objection(web.url("slow", "/"))).isNull();
        assertThat(rules(web.url("plain", "/")).crawlDelayMillis()).isZero();
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
        web.site("joes").robots("").failing("/robots.txt", 2, Reply.status(503));

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

    @Test
    void countsAsARequestToTheHost() {
        web.site("joes").robots("");
        var loop = loops.next();
        var turnsInStandingTime = new HostTurns(1, loop, now::get);
        robots = new RobotsTxt(client, turnsInStandingTime, loop, Runnable::run, SETTINGS, now::get);

        objection("/");

        assertThat(turnsInStandingTime.take("joes.localhost", 0, 0)).isCompletedWithValue(false);
    }

    private String objection(String path) {
        String url = web.url("joes", path);
        return rules(url).objection(url);
    }

    private RobotsTxt.Rules rules(String url) {
        return robots.rulesFor(url).orTimeout(20, TimeUnit.SECONDS).join();
    }
}
