package dev.tradewind.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.html.Link;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRanksTest {
    private final LinkRanks talk = new LinkRanks(LinkRanks.TALK);
    private final LinkRanks measured = new LinkRanks(LinkRanks.MEASURED);

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
        "http://a.com/about.html,   '',              2",
        "http://a.com/x,            Roundabout tours, 100",
        "http://a.com/roundabout,   '',              100",
        "http://a.com/aboutus,      '',              100",
        "http://a.com/what/we/do,   '',              3",
        "http://about.com/x,        Contact,         100",
        "http://a.com/x?p=about,    Contact,         100",
        "http://a.com/%zz,          Contact,         100",
    })
    void theTalksTableLooksIntoTextAndPathAndTheBestCounts(String url, String text, int rank) {
        assertThat(talk.of(new Link(url, text))).isEqualTo(rank);
    }

    @Test
    void knowsTheTalksTableByItsName() {
        assertThat(new LinkRanks("talk").of(new Link("http://a.com/overview", "")))
                .isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource({
        "/what-we-do,            '',                    2",
        "/x,                     Who We Are,            3",
        "/aboutus.html,          '',                    3",
        "/x,                     Practice Areas,        3",
        "/menu,                  '',                    3",
        "/x,                     Areas we serve,        6",
        "/our-roofs,             Roofs,                 100",
        "/contact,               '',                    110",
        "/contact,               About us and contact,  3",
    })
    void theMeasuredTablePrefersPagesThatSayWhatABusinessDoes(String path, String text, int rank) {
        assertThat(measured.of(new Link("http://a.com" + path, text))).isEqualTo(rank);
    }

    @ParameterizedTest
    @CsvSource({
        "/x,                            Privacy Policy",
        "/privacy-policy.html,          Read this",
        "/pages/terms-of-use/,          ''",
        "/wp-login.php,                 ''",
        "/shop/cart/,                   Basket (0)",
        "/tag/ovens/,                   Ovens",
        "/product/oven?add-to-cart=17,  Buy",
        "/x,                            Entries feed",
        "/wp-json/wp/v2/pages/7,        ''",
        "/cdn-cgi/l/email-protection,   ''",
        "/fr/a-propos,                  ''",
        "/pt-br/,                       ''",
        "/x,                            Español",
        "/about?lang=fr,                About",
    })
    void everyTableSkipsWhatNeverSaysIt(String path, String text) {
        assertThat(talk.skips(new Link("http://a.com" + path, text), "http://a.com/"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/legal-services,     Legal",
        "/golf-cart-rentals,  Golf carts",
        "/homes/home-care,    Home care",
        "/accounting,         Accounts",
        "/x/cookies,          Cookies",
        "/feed,               Feed",
        "/print.html,         Print",
        "/x,                  Tag",
        "/Home/About,         Home",
        "/about?p=lang,       About",
        "/about?lang=en,      About",
        "/search?q=roofs,     Search",
        "/%zz,                ''",
    })
    void noTableSkipsATrade(String path, String text) {
        assertThat(talk.skips(new Link("http://a.com" + path, text), "http://a.com/"))
                .isFalse();
    }

    @Test
    void keepsTheLinksOfAHomePageThatItselfStandsWhereOthersAreSkipped() {
        var link = new Link("http://a.com/fr/menu", "Menu");

        assertThat(talk.skips(link, "http://a.com/fr/")).isFalse();
        assertThat(talk.skips(new Link("http://a.com/fr/tag/x", ""), "http://a.com/fr/"))
                .isTrue();
    }

    @Test
    void takesATableOfOnesOwn() {
        var own = new LinkRanks("Our Fleet=1,lost & found=skip,?utm=skip");

        assertThat(own.of(new Link("http://a.com/our-fleet", ""))).isOne();
        assertThat(own.skips(new Link("http://a.com/lost-found", ""), "http://a.com/"))
                .isTrue();
        assertThat(own.skips(new Link("http://a.com/?UTM=1", ""), "http://a.com/"))
                .isTrue();
        assertThat(own.skips(new Link("http://a.com/found", ""), "http://a.com/"))
                .isFalse();
        assertThat(own.skips(new Link("http://a.com/cart", "Cart"), "http://a.com/"))
                .isTrue();
    }

    @Test
    void skipsNothingThatATableRanks() {
        var own = new LinkRanks("calendar=3,tag=4");

        assertThat(own.skips(new Link("http://a.com/calendar/tag/x", "Calendar"), "http://a.com/"))
                .isFalse();
        assertThat(own.of(new Link("http://a.com/calendar", "Calendar"))).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"about", "about=", "=2", "about=x", "about=2,,", "?=skip", "?about=2", "=skip", "unknown"})
    void refusesATableThatIsNone(String table) {
        assertThatThrownBy(() -> new LinkRanks(table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write keyword=rank");
    }
}
