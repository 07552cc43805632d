package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tradewind.RawAnswer;
import dev.tradewind.url.CanonicalUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class ReplyFuzzTest {
    private static final String URL = "http://joes.example/shop/page";

    /** @param input headers, one a line; behind an empty line the body */
    @FuzzTest(maxExecutions = 100_000)
    void headersOfAnyKindAreUnderstoodOrIgnored(byte[] input) {
        List<String> headers = new ArrayList<>();
        var rest = RawAnswer.of(input);
        while (rest.head() != null) {
            String[] header = rest.head().split(":", 2);
            headers.add(header[0]);
            headers.add(header.length > 1 ? header[1].trim() : "");
            rest = RawAnswer.of(rest.body());
        }
        var reply = Reply.of(new Exchange(URL, 301, "Moved", headers, rest.body(), false, Instant.EPOCH));
        var jar = new CookieJar(List.of(), true);
        jar.keep(URL, headers);

        String location = reply.redirect();
        String target = location == null ? null : CanonicalUrl.resolve(URL, location);
        if (target != null) {
            assertThat(CanonicalUrl.of(target)).isEqualTo(target);
        }
        assertThat(RobotsTags.of("tradewind", reply.headers("x-robots-tag"))).isNotNull();
        CanonicalLink.ofHeaders(URL, reply.headers("link"));
        assertThat(jar.header(URL)).satisfiesAnyOf(none -> assertThat(none).isNull(), some -> assertThat(some)
                .hasSizeLessThan(3 * CookieJar.MAX_BYTES)
                .doesNotContain("\r", "\n", "\0"));
        assertThat(reply.retryAfterMillis()).isBetween(0L, Duration.ofDays(365).toMillis());
        boolean html = PageReader.isHtml(reply.contentType(), rest.body());
        assertThat(html && !PageReader.mayBeHtml(reply.contentType()) && rest.body().length == 0)
                .isFalse();
    }
}
