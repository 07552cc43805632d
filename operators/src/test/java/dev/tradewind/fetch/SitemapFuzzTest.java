package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

class SitemapFuzzTest {
    private static final int MAX_BYTES = 64 << 10;

    @FuzzTest(maxExecutions = 50_000)
    void anyBytesAreASitemapOrNone(byte[] input) {
        byte[] plain = Sitemap.unzipped(input, MAX_BYTES);
        var entries = Sitemap.read(plain);

        assertThat(plain.length).isLessThanOrEqualTo(Math.max(MAX_BYTES, input.length));
        assertThat(entries.pages()).doesNotContainNull();
        assertThat(entries.files()).doesNotContainNull();
    }
}
