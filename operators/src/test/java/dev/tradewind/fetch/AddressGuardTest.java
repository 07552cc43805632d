package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    @ParameterizedTest(name = "{0} ({2}): {1}")
    @CsvFileSource(resources = "/addresses.csv", numLinesToSkip = 1)
    void allowsThePublicWebAndNothingElse(String address, boolean allowed, String what) throws Exception {
        assertThat(new AddressGuard(List.of()).allows(at(address))).as(what).isEqualTo(allowed);
    }

    @Test
    void allowsTheRangesItIsTold() throws Exception {
        var guard = new AddressGuard(List.of("127.0.0.0/8", "10.1.16.0/20", "fd00::/8"));

        assertThat(guard.allows(at("127.255.255.255"))).isTrue();
        assertThat(guard.allows(at("10.1.31.255"))).isTrue();
        assertThat(guard.allows(at("10.1.32.0"))).isFalse();
        assertThat(guard.allows(at("fd12::1"))).isTrue();
        assertThat(guard.allows(at("fc12::1"))).isFalse();
        assertThat(guard.allows(at("64:ff9b::10.1.16.1"))).isTrue();
        assertThat(guard.allows(at("8.8.8.8"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8/8", "joes-diner.com/8", "::/129", "/8"})
    void saysWhichRangeIsNone(String range) {
        assertThatThrownBy(() -> new AddressGuard(List.of(range)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(": " + range);
    }

    private static InetAddress at(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }
}
