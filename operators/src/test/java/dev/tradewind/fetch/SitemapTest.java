package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SitemapTest {
    private static final int LIMIT = 64 << 10;

    @Test
    void readsPagesAndFurtherFiles() {
        assertThat(read("<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
                        + "<url><loc> http://a.com/?a=1&amp;b=2\n</loc><lastmod>x</lastmod></url>"
                        + "<url><loc><![CDATA[http://a.com/b]]></loc><image:image><image:loc>c.png</image:loc></image:image></url>"
                        + "</urlset>"))
                .isEqualTo(entries("http://a.com/?a=1&b=2", "http://a.com/b"));
        assertThat(read("\ufeff\n<sm:urlset><sm:url><sm:loc>http://a.com/a</sm:loc></sm:url></sm:urlset>"))
                .isEqualTo(entries("http://a.com/a"));
        assertThat(read("http://a.com/a\r\nhttp://a.com/b")).isEqualTo(entries("http://a.com/a", "http://a.com/b"));
        assertThat(read("<sitemapindex><sitemap><loc>http://a.com/1.xml</loc></sitemap></sitemapindex>")
                        .files())
                .containsExactly("http://a.com/1.xml");
    }

    @Test
    void readsAFileThatWasCutUpToThere() {
        assertThat(read("<urlset><url><loc>http://a.com/a</loc></url><url><loc>http://a.com/b</loc></url><url><lo"))
                .isEqualTo(entries("http://a.com/a", "http://a.com/b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{\"loc\":1}", "<", "<html><p>not found", "<!DOCTYPE", "<?xml encoding='klingon'?>"})
    void findsNothingInOtherFiles(String body) {
        assertThat(read(body).pages()).isEmpty();
        assertThat(read(body).files()).isEmpty();
    }

    @Test
    void bearsAnyBytes() {
        var random = new Random(1);
        for (int i = 0; i < 500; i++) {
            var bytes = new byte[1 + random.nextInt(500)];
            random.nextBytes(bytes);
            bytes[0] = i % 2 == 0 ? (byte) '<' : 0x1f;
            Assertions.assertThatCode(() -> Sitemap.read(Sitemap.unzipped(bytes, LIMIT)))
                    .doesNotThrowAnyException();
        }
        assertThat(read("<url>".repeat(100_000)).pages()).isEmpty();
    }

    @Test
    void loadsNoEntityAndExpandsNone() throws IOException {
        try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var address = "http://127.0.0.1:" + listener.getLocalPort() + "/";
            assertThat(read("<!DOCTYPE urlset SYSTEM '" + address + "dtd' [<!ENTITY x SYSTEM '" + address
                                    + "x'><!ENTITY % y SYSTEM '" + address + "y'> %y;]>"
                                    + "<urlset xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='" + address
                                    + "z'/><url><loc>&x;</loc></url></urlset>")
                            .pages())
                    .allSatisfy(page -> assertThat(page).isEqualTo("&x;"));
            listener.setSoTimeout(200);
            Assertions.assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        }
        var laughs = IntStream.range(1, 10)
                .mapToObj(i -> "<!ENTITY l" + i + " '" + ("&l" + (i - 1) + ";").repeat(10) + "'>")
                .collect(Collectors.joining("", "<!DOCTYPE l [<!ENTITY l0 'ha'>", "]>"));
        assertThat(read(laughs + "<urlset><url><loc>&l9;</loc></url></urlset>").pages())
                .allSatisfy(page -> assertThat(page).hasSizeLessThan(10));
    }

    @Test
    void unzipsUpToTheLimitAndUpToWhereAFileIsBroken() throws IOException {
        var random = new byte[LIMIT / 2];
        new Random(1).nextBytes(random);

        assertThat(Sitemap.unzipped(random, LIMIT)).isEqualTo(random);
        assertThat(Sitemap.unzipped(gzip(random), LIMIT)).isEqualTo(random);
        assertThat(Sitemap.unzipped(gzip(new byte[1 << 24]), LIMIT)).hasSize(LIMIT);
        assertThat(Sitemap.unzipped(Arrays.copyOf(gzip(random), LIMIT / 4), LIMIT))
                .hasSizeBetween(LIMIT / 16, LIMIT / 4)
                .isEqualTo(
                        Arrays.copyOf(random, Sitemap.unzipped(Arrays.copyOf(gzip(random), LIMIT / 4), LIMIT).length));
    }

    private static Sitemap.Entries entries(String... pages) {
        return new Sitemap.Entries(Arrays.asList(pages), java.util.List.of());
    }

    private static Sitemap.Entries read(String body) {
        return Sitemap.read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(bytes);
        }
        return zipped.toByteArray();
    }
}
