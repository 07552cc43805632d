package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieJarTest {
    private final CookieJar jar = new CookieJar(List.of(), true);

    @ParameterizedTest(name = "{1} of {0} goes to {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "http://joes.com/,       a=1,                        http://joes.com/menu,       a=1",
                "http://joes.com/,       a=1; Domain=joes.com,       http://www.joes.com/,       a=1",
                "http://www.joes.com/,   a=1; Domain=.joes.com,      http://joes.com/,           a=1",
                "http://www.joes.com/,   a=1; Domain=JOES.com,       http://shop.joes.com/,      a=1",
                "http://joes.com/,       a=1,                        http://www.joes.com/,       -",
                "http://joes.com/,       a=1,                        http://elsewhere.com/,      -",
                "http://joes.com/,       a=1; Domain=com,            http://elsewhere.com/,      -",
                "http://joes.co.uk/,     a=1; Domain=co.uk,          http://moes.co.uk/,         -",
                "http://joes.github.io/, a=1; Domain=github.io,      http://moes.github.io/,     -",
                "http://joes.com/,       a=1; Domain=elsewhere.com,  http://elsewhere.com/,      -",
                "http://joes.com/,       a=1; Domain=elsewhere.com,  http://joes.com/,           -",
                "http://joes.com/,       a=1; Domain=oes.com,        http://joes.com/,           -",
                "http://joes.com/,       a=1; Domain=[::1],          http://joes.com/,           -",
                "http://10.0.0.1/,       a=1; Domain=0.0.1,          http://10.0.0.1/,           -",
                "https://joes.com/,      a=1,                        https://joes.com/,          a=1",
                "http://joes.com/,       a=1,                        https://joes.com/,          a=1",
                "https://joes.com/,      a=1; Secure; HttpOnly,      http://joes.com/,           -",
                "https://joes.com/,      a=1,                        http://joes.com/,           -",
                "http://joes.com/,       a=1; Secure,                https://joes.com/,          -",
                "http://joes.com/shop/a, a=1,                        http://joes.com/shop/b,     a=1",
                "http://joes.com/shop/a, a=1,                        http://joes.com/,           -",
                "http://joes.com/shop/a, a=1; Path=/,                http://joes.com/,           a=1",
                "http://joes.com/,       a=1; Path=/shop,            http://joes.com/shop?x=1,   a=1",
                "http://joes.com/,       a=1; Path=/shop,            http://joes.com/shopping,   -",
                "http://joes.com/,       a=1; Max-Age=0,             http://joes.com/,           -",
                "http://joes.com/,       a=1; Max-Age=60,            http://joes.com/,           a=1",
                "http://joes.com/,       a=1; Max-Age=soon,          http://joes.com/,           a=1",
                "http://joes.com/,       'a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT', http://joes.com/, -",
                "http://joes.com/,       'a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT', http://joes.com/, a=1",
                "http://joes.com/,       'a=\"x y\"; Path=/',        http://joes.com/,           'a=\"x y\"'",
                "http://joes.com/,       a=,                         http://joes.com/,           a=",
            })
    void sendsACookieBackToWhomItIsMeantForAndToNoOneElse(String from, String cookie, String to, String sent) {
        jar.keep(from, List.of("Set-Cookie", cookie));

        assertThat(jar.header(to)).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "=",
                "=1",
                ";",
                "a",
                ",a=1",
                "a=\"1",
                "a=\"",
                "a=1\u0000",
                "a=1\u007f",
                "a\u0001b=1",
                "a=\u20ac",
                "a=1; Domain=\u0000x",
                "a=1; Path=/\u0001x",
                "a=1; Domain=%%%",
            })
    void dropsWhatIsNoCookie(String header) {
        jar.keep("http://joes.com/", List.of("set-cookie", header));

        assertThat(jar.cookies()).isEmpty();
    }

    @Test
    void replacesACookieByItsNewValueAndForgetsItWhenTold() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=1", "Set-Cookie", "b=1", "Set-Cookie", "a=2"));
        assertThat(jar.header("http://joes.com/")).isEqualTo("b=1; a=2");

        jar.keep("http://joes.com/", List.of("Set-Cookie", "b=; Max-Age=0"));
        assertThat(jar.header("http://joes.com/")).isEqualTo("a=2");
    }

    @Test
    void sendsTheCookieOfTheNearestFolderFirst() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=1; Path=/", "Set-Cookie", "a=2; Path=/shop"));

        assertThat(jar.header("http://joes.com/shop/")).isEqualTo("a=2; a=1");
    }

    @Test
    void dropsWhatIsMoreThanTwentyCookies() {
        flood(10_000, "x");

        assertThat(jar.cookies()).hasSize(20).extracting(VisitCookie::name).startsWith("c0", "c1");
    }

    @Test
    void dropsWhatIsMoreThanFourKibibytes() {
        flood(20, "x".repeat(900));

        assertThat(jar.cookies()).hasSize(4);
        assertThat(jar.header("http://joes.com/").length()).isLessThan(4 << 10);
    }

    @Test
    void dropsACookieOfMoreThanAKibibyteAndTheOneThatItWouldReplace() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=1", "Set-Cookie", "b=1"));

        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=" + "x".repeat(2_000)));
        jar.keep("http://joes.com/", List.of("Set-Cookie", "c=" + "x".repeat(1 << 20)));

        assertThat(jar.header("http://joes.com/")).isEqualTo("b=1");
    }

    @Test
    void hasNothingToDoWithSecureHostsThatProveNothing() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=1"));
        var unproven = new CookieJar(jar.cookies(), false);

        unproven.keep("https://joes.com/", List.of("Set-Cookie", "b=1"));

        assertThat(unproven.header("https://joes.com/")).isNull();
        assertThat(unproven.header("http://joes.com/")).isEqualTo("a=1");
    }

    @Test
    void goesOnWithWhatWasTakenFromAnEarlierRound() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "a=1"));

        assertThat(new CookieJar(jar.cookies(), true).header("http://joes.com/"))
                .isEqualTo("a=1");
    }

    @Test
    void tellsNoValueWhenItIsPrinted() {
        jar.keep("http://joes.com/", List.of("Set-Cookie", "session=secret"));

        assertThat(jar.cookies()).singleElement().asString().contains("session").doesNotContain("secret");
    }

    private void flood(int cookies, String value) {
        List<String> headers = new ArrayList<>();
        IntStream.range(0, cookies).forEach(i -> headers.addAll(List.of("Set-Cookie", "c" + i + "=" + value)));
        jar.keep("http://joes.com/", headers);
    }
}
