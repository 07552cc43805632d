package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalLinkTest {

    @ParameterizedTest(name = "{0} goes by {1}: {2}")
    @CsvSource({
        "http://joes.com/about,            http://joes.com/about,           true",
        "http://joes.com/about,            https://www.joes.com/about/,     true",
        "http://joes.com/about.html,       https://joes.com/about,          true",
        "http://joes.com/about/index.php,  http://joes.com/about,           true",
        "http://joes.com/about?ref=nav,    http://joes.com/about,           true",
        "http://joes.com/shop?sort=price,  http://joes.com/shop?sort=name,  true",
        "http://joes.com/,                 https://www.joes.com/,           true",
        "http://joes.com/index.html,       http://joes.com/,                true",
        "http://joes.com/?page=2,          http://joes.com/?page=2,         true",
        "http://joes.com/?page=2,          http://joes.com/,                false",
        "http://joes.com/index.php?id=2,   http://joes.com/index.php,       false",
        "http://joes.com/about,            http://joes.com/,                false",
        "http://joes.com/about,            http://joes.com/services,        false",
        "http://joes.com/about,            http://elsewhere.com/about,      false",
        "http://joes.com/about,            http://shop.joes.com/about,      false",
        "http://joes.com/shop/about,       http://joes.com/about,           false",
        "http://joes.com/about,            ,                                false",
    })
    void isBelievedWhereItIsThePageInAnotherSpelling(String url, String claimed, boolean believed) {
        assertThat(CanonicalLink.isBelieved(url, claimed)).isEqualTo(believed);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "'<http://joes.com/about>; rel=\"canonical\"',                           http://joes.com/about",
                "'</about>; rel=canonical',                                              http://joes.com/about",
                "'</a.css>; rel=preload; as=style, </about>; title=x; REL=\"canonical\"', http://joes.com/about",
                "'</a>; rel=\"next\", </b>; rel=\"prev\"',                               -",
                "'</a>; title=canonical',                                                -",
                "'<mailto:joe@joes.com>; rel=canonical',                                 -",
                "'rel=canonical',                                                        -",
                "'',                                                                     -",
            })
    void standsInALinkHeader(String header, String url) {
        assertThat(CanonicalLink.ofHeaders("http://joes.com/x/y", List.of(header)))
                .isEqualTo(url);
    }

    @Test
    void standsInOneOfManyHeadersOfAnyLength() {
        var headers = List.of("<" + "<".repeat(1 << 20), "<" + ";".repeat(4_000), "</about>; rel=canonical");

        assertThat(CanonicalLink.ofHeaders("http://joes.com/", headers)).isEqualTo("http://joes.com/about");
    }
}
