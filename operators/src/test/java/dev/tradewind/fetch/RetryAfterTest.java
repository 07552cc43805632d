package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final long NOW = Instant.parse("2026-11-22T08:00:00Z").toEpochMilli();

    @ParameterizedTest(name = "{0}: {1} ms")
    @CsvSource(
            nullValues = "null",
            delimiter = '|',
            value = {
                "null | 0",
                "'' | 0",
                "0 | 0",
                "1 | 1000",
                "' 120 ' | 120000",
                "-5 | 0",
                "1.5 | 0",
                "soon | 0",
                "Sun, 22 Nov 2026 00:00:00 GMT, or any day after that, as it suits you | 0",
                "1, 2 | 0",
                "999999999 | 31536000000",
                "99999999999999999999 | 0",
                "Sun, 22 Nov 2026 08:00:07 GMT | 7000",
                "Sunday, 22-Nov-26 08:00:07 GMT | 7000",
                "Sun Nov 22 08:00:07 2026 | 7000",
                "Sun, 22 Nov 2026 07:59:00 GMT | 0",
                "Sun, 22 Nov 2226 08:00:00 GMT | 31536000000",
                "Sun, 99 Foo 2026 | 0",
                "2026-11-22T08:00:07Z | 0",
                "Ünix | 0",
            })
    void readsSecondsAndDates(String retryAfter, long millis) {
        assertThat(RetryAfter.millis(retryAfter, null, NOW)).isEqualTo(millis);
    }

    @Test
    void goesByTheServersOwnClock() {
        String asked = "Sun, 22 Nov 2026 10:00:07 GMT";

        assertThat(RetryAfter.millis(asked, "Sun, 22 Nov 2026 10:00:00 GMT", NOW))
                .isEqualTo(7_000);
        assertThat(RetryAfter.millis(asked, "whenever", NOW)).isEqualTo(7_207_000);
    }

    @Test
    void wastesNoTimeOnAHeaderWithoutEnd() {
        assertThat(RetryAfter.millis("9".repeat(60_000), null, NOW)).isZero();
    }
}
