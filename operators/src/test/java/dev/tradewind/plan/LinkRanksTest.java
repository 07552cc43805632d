package dev.tradewind.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.fetch.Link;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRanksTest {
    private final LinkRanks talk = new LinkRanks(LinkRanks.TALK);

    @ParameterizedTest
    @CsvSource({
        "http://a.com/x,            About us,        2",
        "http://a.com/our-story,    '',              2",
        "http://a.com/x,            WHAT  WE DO,     3",
        "http://a.com/what-we-do/,  '',              3",
        "http://a.com/what%20we_do, '',              3",
        "http://a.com/services/,    Our Story,       2",
        "http://a.com/about,        Services,        2",
        "http://a.com/amenities,    '',              5",
        "http://a.com/x,            Overview,        6",
        "http://about.com/x,        Contact,         100",
        "http://a.com/x?p=about,    Contact,         100",
        "http://a.com/%zz,          Contact,         100",
    })
    void theTalksTableLooksIntoTextAndPathAndTheBestCounts(String url, String text, int rank) {
        assertThat(talk.of(new Link(url, text))).isEqualTo(rank);
    }

    @ParameterizedTest
    @ValueSource(strings = {"about", "about=", "=2", "about=x", "about=2,,"})
    void refusesATableThatIsNone(String table) {
        assertThatThrownBy(() -> new LinkRanks(table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write keyword=rank");
    }
}
