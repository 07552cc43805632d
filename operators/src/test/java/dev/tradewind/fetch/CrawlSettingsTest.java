package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.fetch.CrawlSettings.Limits;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.fetch.CrawlSettings.Reach;
import java.time.Duration;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrawlSettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void areTheSameWhereverTheyWereSent() throws Exception {
        var settings = CrawlSettings.defaults().with(new Reach("localhost:3128", List.of("127.0.0.0/8"), false));

        assertThat(InstantiationUtil.clone(settings)).isEqualTo(settings).hasSameHashCodeAs(settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", ":80", "localhost:0", "localhost:99999", "localhost:http"})
    void refuseAProxyWithoutHostAndPort(String proxy) {
        assertThatThrownBy(() -> new Reach(proxy, List.of(), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("proxy must")
                .hasMessageEndingWith(proxy);
    }

    @Test
    void refuseWhatCannotBeMeant() {
        assertThatThrownBy(() -> new Reach(null, List.of("10.0.0.0"), true)).hasMessageContaining("10.0.0.0/8");
        assertThatThrownBy(() -> new Politeness(Duration.ofMillis(-1), SECOND, SECOND, 1))
                .hasMessageContaining("delay must");
        assertThatThrownBy(() -> new Politeness(SECOND, Duration.ofDays(1), SECOND, 1))
                .hasMessageContaining("address-delay");
        assertThatThrownBy(() -> new Limits(5, Duration.ZERO, SECOND, 1 << 20)).hasMessageContaining("deadline");
        assertThatThrownBy(() -> new Limits(5, SECOND, SECOND, 0)).hasMessageContaining("max-bytes");
    }
}
