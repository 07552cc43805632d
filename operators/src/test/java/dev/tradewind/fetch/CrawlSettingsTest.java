package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrawlSettingsTest {
    private static final CrawlSettings DEFAULTS = CrawlSettings.defaults();

    @Test
    void areTheSameWhereverTheyWereSent() throws Exception {
        var settings = DEFAULTS.withAllowAddresses(List.of("127.0.0.0/8")).withProxy("localhost:3128");

        assertThat(InstantiationUtil.clone(settings)).isEqualTo(settings).hasSameHashCodeAs(settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", ":80", "localhost:0", "localhost:99999", "localhost:http"})
    void refuseAProxyWithoutHostAndPort(String proxy) {
        assertThatThrownBy(() -> DEFAULTS.withProxy(proxy))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("proxy must")
                .hasMessageEndingWith(proxy);
    }

    @Test
    void refuseWhatCannotBeMeant() {
        assertThatThrownBy(() -> DEFAULTS.withAllowAddresses(List.of("10.0.0.0")))
                .hasMessageContaining("10.0.0.0/8");
        assertThatThrownBy(() -> DEFAULTS.withDelay(Duration.ofMillis(-1))).hasMessageContaining("delay");
        assertThatThrownBy(() -> DEFAULTS.withDeadline(Duration.ZERO)).hasMessageContaining("deadline");
        assertThatThrownBy(() -> DEFAULTS.withMaxBytes(0)).hasMessageContaining("max-bytes");
    }
}
