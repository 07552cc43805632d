package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testdata.Compressed;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed pages over real connections. */
class CompressedPagesTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.within(Duration.ofSeconds(10));
    private static final String HTML = "<title>Joe's</title><p>Drains cleared since 1974";

    private LoopbackWeb web;
    private Crawler crawler;

    @BeforeEach
    void start() {
        web = LoopbackWeb.start();
        crawler = Crawler.open(SETTINGS);
    }

    @AfterEach
    void stop() throws Exception {
        crawler.close();
        web.close();
    }

    @Test
    void asksForAllThatItCanDecode() {
        web.site("joes").page("/", HTML);

        look();

        assertThat(web.requests("joes"))
                .extracting(request -> request.headers().get("accept-encoding"))
                .containsOnly("gzip, deflate, br, zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, gzip", "br, gzip"})
    void readsPagesInEveryCoding(String codings) {
        web.site("joes").compressed("/", codings, HTML, 0);

        var reading = look();

        assertThat(reading.outcome()).isEqualTo("read");
        assertThat(reading.html().text()).isEqualTo("Drains cleared since 1974");
        assertThat(reading.exchange().truncated()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, gzip", "zstd, br"})
    void readsTheBeginningOfABomb(String codings) {
        web.site("joes").compressed("/", codings, HTML, 64);

        var reading = look();

        assertThat(reading.outcome()).isEqualTo("read");
        assertThat(reading.html().text()).isEqualTo("Drains cleared since 1974");
        assertThat(reading.exchange().truncated()).isTrue();
        assertThat(reading.exchange().body()).hasSize(SETTINGS.limits().maxBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "404, gzip, http-404",
        "503, x-odd, http-503",
        "200, x-odd, bad-response",
        "200, gzip, bad-response",
        "200, br, bad-response",
        "200, zstd, bad-response",
        "200, deflate, bad-response",
        "200, 'gzip, gzip, gzip, gzip, gzip, gzip, gzip', bad-response",
    })
    void namesWhatIsWrongWhereNothingCanBeDecoded(int status, String coding, String outcome) {
        web.site("joes").reply("/", Reply.status(status).with("Content-Encoding", coding));

        assertThat(look().outcome()).isEqualTo(outcome);
    }

    @Test
    void followsARedirectThatSaysItIsCompressedAndIsEmpty() {
        web.site("joes")
                .reply("/", Reply.redirect(301, "/home").with("Content-Encoding", "gzip"))
                .compressed("/home", "br", HTML, 0);

        assertThat(look().outcome()).isEqualTo("read");
    }

    @Test
    void readsWhatCameOfAStreamThatEndsEarly() {
        byte[] whole = Compressed.of("gzip", HTML, 0);
        byte[] cut = Arrays.copyOf(whole, whole.length - 10);
        web.site("joes").reply("/", Reply.of(200, Reply.HTML, cut).with("Content-Encoding", "gzip"));

        var reading = look();

        assertThat(reading.outcome()).isEqualTo("read");
        assertThat(reading.html().title()).isEqualTo("Joe's");
        assertThat(reading.exchange().truncated()).isTrue();
    }

    @Test
    void obeysACompressedRobotsTxt() {
        web.site("joes").page("/", HTML).compressed("/robots.txt", "br", "User-agent: *\nDisallow: /\n", 0);

        assertThat(look().outcome()).isEqualTo("robots-disallowed");
    }

    private PageReader.Reading look() {
        return crawler.reader()
                .read(web.url("joes", "/"), true, Set.of(), 20_000)
                .join();
    }
}
