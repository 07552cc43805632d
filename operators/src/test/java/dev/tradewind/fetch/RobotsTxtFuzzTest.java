package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tradewind.RawAnswer;
import dev.tradewind.url.CanonicalUrl;
import java.time.Duration;
import java.util.Set;

class RobotsTxtFuzzTest {
    private static final String ORIGIN = "http://joes.example";

    /** @param input a path that is asked for, and behind its line a robots.txt */
    @FuzzTest(maxExecutions = 50_000)
    void anyBytesAreRules(byte[] input) {
        var answer = RawAnswer.of(input);
        String url = CanonicalUrl.resolve(ORIGIN + "/", answer.head() == null ? "" : answer.head());

        var rules =
                RobotsTxt.Rules.parse(ORIGIN, answer.body(), "text/plain", Set.of("tradewind"), Duration.ofSeconds(30));

        assertThat(rules).isNotSameAs(RobotsTxt.Rules.ALLOW_ALL);
        assertThat(rules.crawlDelayMillis()).isBetween(0L, 30_000L);
        if (url != null && CanonicalUrl.origin(url).equals(ORIGIN)) {
            assertThat(rules.objection(url)).isIn(null, Outcome.ROBOTS_DISALLOWED, Outcome.CRAWL_DELAY_TOO_LONG);
        }
    }
}
