package dev.tradewind.url;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalUrlTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvFileSource(resources = "/url/canonical.csv", numLinesToSkip = 1)
    void writesEachUrlInOneWay(String written, String canonical) {
        assertThat(CanonicalUrl.of(written)).isEqualTo(canonical);
        if (canonical != null) {
            assertThat(CanonicalUrl.of(canonical)).isEqualTo(canonical);
        }
    }

    @ParameterizedTest(name = "{0} on {1} is {2}")
    @CsvFileSource(resources = "/url/resolved.csv", numLinesToSkip = 1)
    void resolvesReferencesAsBrowsersDo(String reference, String base, String resolved) {
        assertThat(CanonicalUrl.resolve(base, reference)).isEqualTo(resolved);
    }

    @ParameterizedTest(name = "{0} is at {1}, or {2}")
    @CsvFileSource(resources = "/url/home.csv", numLinesToSkip = 1)
    void findsTheHomePageThatABusinessMeans(String written, String url, String fault) {
        assertThat(CanonicalUrl.home(written)).isEqualTo(new CanonicalUrl.Home(url, fault));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "http://joes-diner.com/,             joes-diner.com,         joes-diner.com,         joes-diner,   com",
        "https://www.joes-diner.co.uk/menu,  joes-diner.co.uk,       joes-diner.co.uk,       joes-diner,   co.uk",
        "http://shop.joes-diner.com:81/,     shop.joes-diner.com,    joes-diner.com,         joes-diner,   com",
        "https://joes.myshopify.com/,        joes.myshopify.com,     joes.myshopify.com,     joes,         com",
        "http://www.com/,                    www.com,                www.com,                www,          com",
        "http://xn--mller-kva.de/,           xn--mller-kva.de,       xn--mller-kva.de,       xn--mller-kva, de",
        "http://127.0.0.1:80/,               127.0.0.1,              127.0.0.1,              127.0.0.1,    ''",
        "http://[2001:db8::1]:8080/x,        2001:db8::1,            2001:db8::1,            2001:db8::1,  ''",
        "http://localhost:8080/,             localhost,              localhost,              localhost,    ''",
        "http://a.localhost:8080/,           a.localhost,            a.localhost,            a,            ''",
        "http://joes-diner.test/,            joes-diner.test,        joes-diner.test,        joes-diner,   ''",
    })
    void tellsWhoseUrlItIs(String written, String hostKey, String site, String label, String extension) {
        String url = CanonicalUrl.of(written);

        assertThat(CanonicalUrl.hostKey(url)).isEqualTo(hostKey);
        assertThat(CanonicalUrl.site(url)).isEqualTo(site);
        assertThat(CanonicalUrl.domainLabel(url)).isEqualTo(label);
        assertThat(CanonicalUrl.extension(url)).isEqualTo(extension);
    }

    @Test
    void refusesUrlsThatAreTooLong() {
        String longest = "http://a.com/" + "x".repeat(CanonicalUrl.MAX_LENGTH - 13);

        assertThat(CanonicalUrl.of(longest)).isEqualTo(longest);
        assertThat(CanonicalUrl.of(longest + "x")).isNull();
        assertThat(CanonicalUrl.of("http://a.com/" + "\u00e4".repeat(2_000))).isNull();
    }

    @Test
    void bearsWhatNoUrlHolds() {
        assertThat(CanonicalUrl.of("http://a.com/\ud800x\0")).isEqualTo("http://a.com/%EF%BF%BDx");
        assertThat(CanonicalUrl.of("http://\ud800.com/")).isNull();
        assertThat(CanonicalUrl.of("h\tttp://a.\ncom/\r\nb")).isEqualTo("http://a.com/b");
    }
}
