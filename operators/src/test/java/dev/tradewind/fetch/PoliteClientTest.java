package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.business.Business;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import dev.tradewind.testdata.Request;
import dev.tradewind.url.CanonicalUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoliteClientTest {
    private static final Duration DELAY = Duration.ofMillis(60);
    private static final String HTML = "<title>Joe's</title><p>Drains cleared since 1974";

    private final LoopbackWeb web = LoopbackWeb.start();
    private Crawler crawler = Crawler.open(settings(DELAY, Duration.ZERO));

    @AfterEach
    void close() throws Exception {
        crawler.close();
        web.close();
    }

    @Test
    void neverAsksAHostTwiceWithinItsDelayWhateverItIsCalled() {
        web.site("joes").otherwise(HTML).slow("/2", DELAY).reset("/4").redirect("/5", "/6");
        web.site("www.joes").otherwise(HTML);
        var urls = Stream.of(
                web.url("joes", "/1"),
                web.url("JOES", "/2"),
                web.url("www.joes", "/3"),
                web.url("joes", "/4"),
                web.url("joes", "/5"),
                "http://joes.LOCALHOST.:" + web.port() + "/7");

        inTime(urls.map(CanonicalUrl::of).map(url -> look(url)).toList());

        assertThat(web.requests())
                .extracting(Request::path)
                .contains("/1", "/2", "/3", "/4", "/5", "/6", "/7")
                .filteredOn("/robots.txt"::equals)
                .hasSize(2);
        assertThat(gaps(web.requests())).allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(DELAY));
    }

    @Test
    void asksNobodyWithinTheDelayAfterItWasOpened() {
        web.site("joes").page("/", HTML);

        var opened = Instant.now();
        reopen(settings(Duration.ofMillis(300), Duration.ZERO));
        read("/");

        assertThat(Duration.between(opened, web.requests().get(0).at())).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 900})
    void takesTheHostForJustAskedWhereItGoesOnWithAVisit(long crawlDelayMillis) {
        reopen(settings(Duration.ofMillis(300), Duration.ZERO));
        web.site("moes").page("/", HTML);
        web.site("joes").page("/", HTML);
        inTime(look(web.url("moes", "/")));
        var business = new Business("1", "Joe's", "joes.localhost", "in.csv:2", Instant.EPOCH);
        var looked = new Looked(1, List.of(), List.of());
        var candidate = new Candidate(web.url("joes", "/"), "", 0, 1);

        var goesOn = Instant.now();
        inTime(crawler.walk(
                        new PageRequest(business, List.of(candidate), 1, looked, List.of(), crawlDelayMillis, 60_000))
                .walk());

        assertThat(Duration.between(goesOn, web.requests("joes").get(0).at()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(Math.max(300, crawlDelayMillis)));
    }

    @Test
    void sendsTheRequestAgainThatAnIdleConnectionLostOnlyInItsTurn() {
        web.site("joes").reset("/");

        assertThat(read("/")).isEqualTo("connection-lost");
        assertThat(web.requests()).extracting(Request::path).containsExactly("/robots.txt", "/", "/");
        assertThat(gaps(web.requests())).allSatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(DELAY));
    }

    @Test
    void waitsTheCrawlDelayBetweenAllRequests() {
        web.site("joes").otherwise(HTML).robots("User-agent: *\nCrawl-delay: 0.4");

        read("/1");
        read("/2");

        assertThat(gaps(web.requests())).hasSize(2).allSatisfy(gap -> assertThat(gap)
                .isGreaterThanOrEqualTo(Duration.ofMillis(400)));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void comesBackToAHostThatWasTooBusy(int status) {
        web.site("joes").page("/", HTML).failing("/", 2, Reply.status(status));

        assertThat(read("/")).isEqualTo("read");
        assertThat(gaps(web.requests()).subList(1, 3))
                .satisfiesExactly(
                        gap -> assertThat(gap).isGreaterThanOrEqualTo(Duration.ofMillis(200)),
                        gap -> assertThat(gap).isGreaterThanOrEqualTo(Duration.ofMillis(400)));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void givesUpOnAHostThatIsTooBusyFourTimes(int status) {
        web.site("joes").status("/", status);

        assertThat(read("/")).isEqualTo("http-" + status);
        assertThat(web.requests()).hasSize(5);
    }

    @Test
    void comesBackWhenTheHostSaysSo() {
        web.site("joes")
                .page("/seconds", HTML)
                .failing("/seconds", 1, Reply.status(429).with("Retry-After", "1"))
                .page("/date", HTML)
                .failing("/date", 1, Reply.status(503).with("Date", date(0)).with("Retry-After", date(1)));

        assertThat(read("/seconds")).isEqualTo("read");
        assertThat(read("/date")).isEqualTo("read");

        var gaps = gaps(web.requests());
        assertThat(gaps.get(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(gaps.get(3)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "0", "", "Sun, 99 Foo 2026 00:00:00 GMT"})
    void comesBackAllTheSameWhereItCannotBeToldWhen(String retryAfter) {
        web.site("joes").page("/", HTML).failing("/", 1, Reply.status(429).with("Retry-After", retryAfter));

        assertThat(read("/")).isEqualTo("read");
        assertThat(gaps(web.requests()).get(1)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void leavesAHostAloneThatAsksForLongerThanTheLongestDelay() {
        web.site("joes").otherwise(HTML).reply("/", Reply.status(429).with("Retry-After", "3600"));

        assertThat(read("/")).isEqualTo("http-429");
        assertThat(read("/menu")).isEqualTo("http-429");
        assertThat(web.requests()).extracting(Request::path).containsExactly("/robots.txt", "/");
    }

    @Test
    void doesNotWaitForAHostLongerThanItsSiteHasTime() {
        web.site("joes").reply("/", Reply.status(503).with("Retry-After", "20"));

        var reading = inTime(crawler.reader().read(web.url("joes", "/"), true, Set.of(), 5_000));

        assertThat(reading.outcome()).isEqualTo("http-503");
        assertThat(web.requests()).hasSize(2);
    }

    @Test
    void waitsLongerForAHostThanALookMayTake() {
        reopen(LoopbackCrawl.delayed(Duration.ofMillis(900), DELAY));
        web.site("joes").page("/", HTML).failing("/", 1, Reply.status(503).with("Retry-After", "2"));

        assertThat(read("/")).isEqualTo("read");
    }

    @Test
    void letsAllWhoAskTheHostWaitWithItButNobodyElse() {
        web.site("joes").otherwise(HTML).failing("/busy", 1, Reply.status(429).with("Retry-After", "2"));
        web.site("moes").otherwise(HTML);
        read("/");

        var busy = look(web.url("joes", "/busy"));
        var behind = look(web.url("joes", "/menu"));
        inTime(look(web.url("moes", "/")));
        assertThat(busy).isNotDone();
        assertThat(behind).isNotDone();
        assertThat(crawler.backOffs()).isOne();
        inTime(List.of(busy, behind));

        assertThat(gaps(web.requests("joes")).get(2)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void asksAnAddressNoFasterThanItsDelayHoweverManyHostsShareIt() {
        reopen(settings(Duration.ZERO, Duration.ofMillis(50)));
        var start = Instant.now();
        var looks = IntStream.range(0, 10)
                .mapToObj(i -> {
                    web.site("site-" + i).page("/", HTML);
                    return look(web.url("site-" + i, "/"));
                })
                .toList();
        var elsewhere = look("http://refused.invalid/");

        inTime(looks);

        assertThat(inTime(elsewhere).outcome()).isEqualTo("dns-failure");
        var requests = web.requests();
        assertThat(requests).hasSize(20);
        assertThat(Duration.between(start, requests.get(19).at())).isGreaterThanOrEqualTo(Duration.ofMillis(19 * 50));
    }

    private void reopen(CrawlSettings settings) {
        try {
            crawler.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        crawler = Crawler.open(settings);
    }

    private String read(String path) {
        return inTime(look(web.url("joes", path))).outcome();
    }

    private CompletableFuture<PageReader.Reading> look(String url) {
        return crawler.reader().read(url, true, Set.of(), 60_000);
    }

    private static <T> T inTime(CompletableFuture<T> reading) {
        return reading.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static void inTime(List<CompletableFuture<PageReader.Reading>> readings) {
        readings.forEach(PoliteClientTest::inTime);
    }

    private static List<Duration> gaps(List<Request> requests) {
        return IntStream.range(1, requests.size())
                .mapToObj(i -> Duration.between(
                        requests.get(i - 1).at(), requests.get(i).at()))
                .toList();
    }

    private static String date(long seconds) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.of(2026, 11, 22, 8, 0, 0, 0, ZoneOffset.UTC).plusSeconds(seconds));
    }

    private static CrawlSettings settings(Duration delay, Duration addressDelay) {
        return LoopbackCrawl.delayed(Duration.ofSeconds(10), delay)
                .with(new Politeness(delay, addressDelay, Duration.ofSeconds(30), 1));
    }
}
