package dev.tradewind.url;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;

class CanonicalUrlFuzzTest {

    /** @param input a page's url, and on the next line what a link on it says; what is not UTF-8 stands for half a character */
    @FuzzTest(maxExecutions = 100_000)
    void aCanonicalUrlIsItsOwnCanonicalForm(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8)
                .replace('\ufffd', '\ud83d')
                .split("\n", 2);

        String base = CanonicalUrl.of(lines[0]);
        check(base);
        check(CanonicalUrl.home(lines[0]).url());
        if (lines.length > 1) {
            check(CanonicalUrl.resolve(base, lines[1]));
            check(CanonicalUrl.resolve(null, lines[1]));
        }
    }

    private static void check(String url) {
        if (url == null) {
            return;
        }
        assertThat(url).matches("https?://[!-~]+").hasSizeLessThanOrEqualTo(CanonicalUrl.MAX_LENGTH);
        assertThat(URI.create(url).toString()).isEqualTo(url);
        assertThat(CanonicalUrl.of(url)).isEqualTo(url);
        assertThat(CanonicalUrl.home(url).url()).isEqualTo(url);
        String origin = CanonicalUrl.origin(url);
        String path = CanonicalUrl.path(url);
        assertThat(url).startsWith(origin + path);
        assertThat(CanonicalUrl.of(origin + "/")).isEqualTo(origin + "/");
        assertThat(path).startsWith("/");
        if (!path.startsWith("//")) {
            assertThat(CanonicalUrl.resolve(origin + "/", path)).isEqualTo(origin + path);
        }
        String host = CanonicalUrl.host(url);
        assertThat(origin).contains(host);
        assertThat(host).isNotEmpty().endsWith(CanonicalUrl.hostKey(url));
        String site = CanonicalUrl.site(url);
        assertThat(host).endsWith(site);
        assertThat(site).isNotEmpty().startsWith(CanonicalUrl.domainLabel(url)).endsWith(CanonicalUrl.extension(url));
        assertThat(CanonicalUrl.domainLabel(url)).isNotEmpty();
    }
}
