package dev.tradewind.url;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiderTrapsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/menu/menu/menu/",
                "/a/menu/b/menu/c/menu",
                "/1/2/3/4/5/6/7/8/9/10/11",
                "/list?a=1&b=2&c=3&d=4&e=5&f=6",
                "/list?a=1;b=2;c=3;d=4;e=5;f=6",
                "/2026/11/",
                "/2026/11/22/we-have-moved/",
                "/events/2026-11-22",
                "/events/2026-11/list",
                "/news/page/2",
            })
    void knowsUrlsOfWhichThereIsNoEnd(String path) {
        assertThat(SpiderTraps.isTrap("http://a.com" + path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/menu/menu/",
                "/1/2/3/4/5/6/7/8/9/10",
                "/list?a=1&b=2&c=3&d=4&e=5",
                "/2026",
                "/2026/annual-report",
                "/route/66/",
                "/page/about-us",
                "/models/2026-roadster",
            })
    void letsOrdinaryUrlsPass(String path) {
        assertThat(SpiderTraps.isTrap("http://a.com" + path)).isFalse();
    }

    @Test
    void takesALongQueryForATrap() {
        assertThat(SpiderTraps.isTrap("http://a.com/?q=" + "x".repeat(198))).isFalse();
        assertThat(SpiderTraps.isTrap("http://a.com/?q=" + "x".repeat(199))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/menu;jsessionid=1A2B.node1,       /menu",
        "/menu;JSESSIONID=1A2B?day=1,       /menu?day=1",
        "/menu;v=2/a,                       /menu;v=2/a",
        "/a;jsessionid=1/b,                 /a/b",
        "/?PHPSESSID=1,                     /",
        "/?a=1&PHPSESSID=1&b=2,             /?a=1&b=2",
        "/?sid=1&session_id=2&CFTOKEN=3,    /",
        "/?ASPSESSIONIDQQAB=1,              /",
        "/?inside=1,                        /?inside=1",
        "/?sidebar=1&season=2,              /?sidebar=1&season=2",
        "/about,                            /about",
    })
    void takesSessionIdsOut(String path, String rest) {
        assertThat(SpiderTraps.withoutSession("http://a.com" + path)).isEqualTo("http://a.com" + rest);
    }
}
