package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.fetch.CrawlSettings.Reach;
import dev.tradewind.html.Link;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Site;
import dev.tradewind.url.CanonicalUrl;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guard seen from the other side. 127.0.0.1 plays the public web; on 127.0.0.2 and ::1 stand servers that count who comes,
 * and no road may lead there.
 */
class ForbiddenAddressesTest {
    private static final List<String> THE_WEB = List.of("127.0.0.1/32");
    private static final List<String> EVERYTHING = List.of("127.0.0.0/8", "::1/128");
    private static final String HTML = "<title>Joe's</title><p>Drains cleared since 1974";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NameServer names = new NameServer();
    private LoopbackWeb web;
    private ForbiddenHost v4;
    private ForbiddenHost v6;

    @BeforeEach
    void start() throws IOException {
        web = LoopbackWeb.start();
        v4 = new ForbiddenHost("127.0.0.2", web.port());
        v6 = hasIpv6() ? new ForbiddenHost("::1", web.port()) : null;
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        v4.close();
        if (v6 != null) {
            v6.close();
        }
        names.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** How a host can be written that is 127.0.0.2, or ::1, or stands for one of them. */
    static Stream<String> hosts() {
        return Stream.of(
                "127.0.0.2",
                "127.0.0.2.",
                "127.2",
                "127.0.2",
                "2130706434",
                "0x7f000002",
                "0x7f.0.0.2",
                "0177.0.0.2",
                "017700000002",
                "%31%32%37.0.0.2",
                "127.0.0.%32",
                "１２７.0.0.2",
                "127。0。0。2",
                "①②⑦.0.0.2",
                "joe@127.0.0.2",
                "127.0.0.1@127.0.0.2",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.2]",
                "[::ffff:7f00:2]",
                "[::127.0.0.2]",
                "[64:ff9b::127.0.0.2]",
                "[64:ff9b::7f00:2]",
                "[64:ff9b:1::7f00:2]",
                "[2002:7f00:2::1]",
                "[::1%25lo]",
                "[::1%lo]");
    }

    /** How a site can lead its visitor to a url. */
    enum Road {
        HOME((site, url) -> {}),
        REDIRECT((site, url) -> site.redirect("/", utf8(url))),
        REFRESH((site, url) -> site.page("/", "<meta http-equiv=refresh content=\"0; url=" + url + "\">")),
        ROBOTS((site, url) -> site.page("/", HTML).redirect("/robots.txt", utf8(url))),
        SECOND_REDIRECT((site, url) -> site.redirect("/", "/on").redirect("/on", 308, utf8(url)));

        final BiConsumer<Site, String> build;

        Road(BiConsumer<Site, String> build) {
            this.build = build;
        }
    }

    /** As it goes into a header, a char for each byte. */
    private static String utf8(String url) {
        return new String(url.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hosts")
    void noRoadLeadsToAForbiddenAddress(String host) throws Exception {
        try (var crawler = Crawler.open(settings(THE_WEB))) {
            for (Road road : Road.values()) {
                String outcome = travel(crawler, road, host);

                // A page or a robots.txt that leads to what is no url stays where it is.
                boolean stays = outcome.equals("read") && CanonicalUrl.of("http://" + host + "/") == null;
                assertThat(stays ? "bad-url" : outcome)
                        .as(road.name())
                        .isIn("blocked-address", "bad-url", "dns-failure");
            }
        }
        assertThat(visitors()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.2", "2130706434", "0177.0.0.2", "127.2", "[::ffff:127.0.0.2]", "[::1]"})
    void theSameRoadsLeadThereWhereItIsAllowed(String host) throws Exception {
        assumeThat(!host.equals("[::1]") || hasIpv6())
                .as("this machine has ::1")
                .isTrue();
        try (var crawler = Crawler.open(settings(EVERYTHING))) {
            for (Road road : Road.values()) {
                int before = visitors();

                assertThat(travel(crawler, road, host)).as(road.name()).isEqualTo("read");
                assertThat(visitors()).as(road.name()).isGreaterThan(before);
            }
        }
    }

    @Test
    void aLinkToAForbiddenAddressIsNotEvenLookedAt() throws Exception {
        web.site("joes")
                .page(
                        "/",
                        HTML + "<a href='http://127.0.0.2:" + web.port() + "/about'>About us</a><a href='http://[::1]:"
                                + web.port() + "/about'>About us</a>");
        try (var crawler = Crawler.open(settings(THE_WEB))) {
            var home = read(crawler, web.url("joes", "/"));
            for (Link link : home.html().links()) {
                assertThat(crawler.reader()
                                .read(link.url(), false, Set.of(), 10_000)
                                .join()
                                .outcome())
                        .isEqualTo("blocked-address");
            }
            assertThat(home.html().links()).hasSize(2);
        }
        assertThat(visitors()).isZero();
    }

    @Test
    void aNameThatIsOnlyForbiddenAddressesIsRefused() throws Exception {
        names.name("v4.example", "127.0.0.2")
                .name("v6.example", "::1")
                .name("both.example", "127.0.0.2", "::1")
                .name("mapped.example", "::ffff:127.0.0.2")
                .alias("alias.example", "localhost")
                .name("localhost", "127.0.0.2", "::1")
                .alias("far.example", "farther.example")
                .alias("farther.example", "v4.example");
        try (var client = client(THE_WEB)) {
            for (String name : List.of("v4", "v6", "both", "mapped", "alias", "far")) {
                assertThat(get(client, name + ".example").failure()).as(name).isEqualTo("blocked-address");
            }
        }
        assertThat(visitors()).isZero();
        assertThat(names.asked()).contains("A v4.example", "AAAA v6.example", "A far.example");
    }

    @Test
    void theSameNamesLeadThereWhereItIsAllowed() throws Exception {
        names.name("v4.example", "127.0.0.2").alias("far.example", "v4.example");
        try (var client = client(EVERYTHING)) {
            assertThat(body(get(client, "v4.example"))).contains(ForbiddenHost.SECRET);
            assertThat(body(get(client, "far.example"))).contains(ForbiddenHost.SECRET);
        }
        assertThat(visitors()).isEqualTo(2);
    }

    @Test
    void ofANameWithBothKindsOfAddressOnlyThePublicOnesAreConnected() throws Exception {
        web.site("mixed.example").page("/", HTML);
        names.lifetime(60).name("mixed.example", "127.0.0.2", "127.0.0.1", "::1");
        try (var client = client(THE_WEB)) {
            for (int i = 0; i < 5; i++) {
                assertThat(body(get(client, "mixed.example"))).isEqualTo(HTML);
            }
            web.close();
            assertThat(get(client, "mixed.example").failure()).isIn("connection-refused", "connection-lost");
        }
        assertThat(visitors()).isZero();
    }

    @Test
    void aNameThatIsPublicFirstAndForbiddenNextIsConnectedWhereItWasJudged() throws Exception {
        web.site("rebound.example").reply("/", request -> closing()).redirect("/again", "/");
        names.name("rebound.example", "127.0.0.1").then("rebound.example", "127.0.0.2");
        try (var client = client(THE_WEB)) {
            assertThat(body(get(client, "rebound.example"))).isEqualTo(HTML);
            web.close();
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, "rebound.example").failure())
                        .isIn("blocked-address", "connection-lost", "connection-refused");
            }
            assertThat(names.asked()).filteredOn("A rebound.example"::equals).hasSizeGreaterThan(1);
        }
        assertThat(visitors()).isZero();
    }

    @Test
    void aReboundNameIsFollowedWhereItIsAllowed() throws Exception {
        web.site("rebound.example").reply("/", request -> closing());
        names.name("rebound.example", "127.0.0.1").then("rebound.example", "127.0.0.2");
        try (var client = client(EVERYTHING)) {
            get(client, "rebound.example");
            web.close();
            get(client, "rebound.example");

            assertThat(body(get(client, "rebound.example"))).contains(ForbiddenHost.SECRET);
        }
        assertThat(visitors()).isPositive();
    }

    @Test
    void readsAWebThatHasOnlyAnIpv6Address() throws Exception {
        assumeThat(hasIpv6()).as("this machine has ::1").isTrue();
        names.name("six.example", "::1");
        try (var client = client(EVERYTHING)) {
            assertThat(body(get(client, "six.example"))).contains(ForbiddenHost.SECRET);
        }
        assertThat(v6.connections()).isEqualTo(1);
    }

    private String travel(Crawler crawler, Road road, String host) {
        String way = road.name().toLowerCase(Locale.ROOT);
        String url = "http://" + host + ":" + web.port() + "/" + way;
        road.build.accept(web.site(way), url);
        String home = road == Road.HOME ? CanonicalUrl.home(url).url() : web.url(way, "/");
        return home == null ? CanonicalUrl.BAD_URL : read(crawler, home).outcome();
    }

    private static PageReader.Reading read(Crawler crawler, String url) {
        return crawler.reader().read(url, true, Set.of(), 20_000).join();
    }

    private WebClient client(List<String> allowed) {
        var loop = loops.next();
        var standstill = new Standstill(loop, System::nanoTime);
        return new WebClient(settings(allowed), loop, standstill, names.provider(), Ticker.systemTicker());
    }

    private Reply get(WebClient client, String name) {
        String url = "http://" + name + ":" + web.port() + "/";
        var place = client.find(url, 10_000).join();
        return place.failure() != null
                ? Reply.failed(place.failure())
                : client.send(new Get(url, null, 64 << 10, type -> true), place.address(0), 10_000)
                        .join();
    }

    private static String body(Reply reply) {
        assertThat(reply.failure()).isNull();
        return new String(reply.exchange().body(), StandardCharsets.UTF_8);
    }

    private static CrawlSettings settings(List<String> allowed) {
        return LoopbackCrawl.within(Duration.ofSeconds(8)).with(new Reach(null, allowed, true));
    }

    private static dev.tradewind.testdata.Reply closing() {
        return dev.tradewind.testdata.Reply.html(HTML).with("Connection", "close");
    }

    private int visitors() {
        return v4.connections() + (v6 == null ? 0 : v6.connections());
    }

    private static boolean hasIpv6() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
    }
}
