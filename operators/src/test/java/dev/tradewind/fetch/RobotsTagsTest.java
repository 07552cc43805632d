package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobotsTagsTest {

    @ParameterizedTest(name = "{0}: noindex {1}, names us {2}, nofollow {3}")
    @CsvSource({
        "'',                                                     false, false, false",
        "'index, follow',                                        false, false, false",
        "noindex,                                                true,  false, false",
        "NOINDEX,                                                true,  false, false",
        "nofollow,                                               false, false, true",
        "'noindex, nofollow',                                    true,  false, true",
        "none,                                                   true,  false, true",
        "'noarchive , noindex',                                  true,  false, false",
        "'tradewind: noindex',                                   true,  true,  false",
        "'TradeWind : none',                                     true,  true,  true",
        "'tradewind: noarchive, noindex',                        true,  true,  false",
        "'robots: noindex',                                      true,  false, false",
        "'googlebot: noindex',                                   false, false, false",
        "'googlebot: noindex, nofollow',                         false, false, false",
        "'googlebot: nofollow, tradewind: noindex',              true,  true,  false",
        "'noindex, googlebot: nofollow',                         true,  false, false",
        "'max-snippet: 20, noindex',                             true,  false, false",
        "'max-image-preview:none, nofollow',                     false, false, true",
        "'unavailable_after: 25 Jun 2010 15:00:00 PST',          false, false, false",
        "'unavailable_after: Wed, 25 Jun 2010 15:00:00 GMT, noindex', true, false, false",
        "noindexes,                                              false, false, false",
        "': noindex',                                            false, false, false",
    })
    void saysWhatALineAsksOfUs(String line, boolean noindex, boolean namesUs, boolean nofollow) {
        assertThat(RobotsTags.of("Tradewind", List.of(line))).isEqualTo(new RobotsTags(noindex, namesUs, nofollow));
    }

    @Test
    void obeysAllLinesTogether() {
        assertThat(RobotsTags.of("tradewind", List.of("googlebot: none", "nofollow", "tradewind: noindex", "all")))
                .isEqualTo(new RobotsTags(true, true, true));
    }

    @Test
    void readsLinesOfAnyLengthAndNumber() {
        assertThat(RobotsTags.of("tradewind", Collections.nCopies(1_000, ",a:".repeat(50_000))))
                .isEqualTo(new RobotsTags(false, false, false));
    }

    @Test
    void leavesAHomePageUnreadOnlyIfItMeansUs() {
        var general = RobotsTags.of("tradewind", List.of("noindex"));
        var toUs = RobotsTags.of("tradewind", List.of("tradewind: noindex"));

        assertThat(general.forbidReading(false)).isTrue();
        assertThat(general.forbidReading(true)).isFalse();
        assertThat(toUs.forbidReading(false)).isTrue();
        assertThat(toUs.forbidReading(true)).isTrue();
    }
}
