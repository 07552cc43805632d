package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.fetch.Page;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentGateTest {
    private final ContentGate gate = ContentGate.load();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            smiths.example | Buy this domain. The owner of smiths.example is offering it for sale.     | parked-domain
            Parked         | This domain may be for sale. Related Searches: loans, cars, insurance      | parked-domain
            ''             | smiths.example is parked free, courtesy of a registrar                     | parked-domain
            ''             | This  domain\u00a0is for sale! Inquire now                                 | parked-domain
            Just a moment  | Verify you are human by completing the action below                        | bot-wall
            Access Denied  | You don\u2019t have permission to access this server. Reference 18.2f      | bot-wall
            Suspended      | This Account has been suspended. Contact your hosting provider              | account-suspended
            ''             | Welcome to nginx! If you see this page, the web server is installed         | default-page
            ''             | It works!                                                                   | default-page
            Acme           | Coming soon                                                                 | coming-soon
            Acme           | Enter store using password                                                  | login-only
            React App      | You need to enable JavaScript to run this app.                              | script-only
            404 Not Found  | 404 Not Found nginx                                                         | not-found
            Acme           | Lorem ipsum dolor sit amet, consectetur adipiscing elit                     | placeholder-text
            Acme           | ''                                                                          | no-text
            """)
    void knowsPagesWithoutABusiness(String title, String text, String reason) {
        assertThat(gate.reason(List.of(page(title, text)))).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Joe's Diner    | Breakfast all day. Call 555-0100.
            Acme Domains   | We buy and sell domains for firms of every size. Ask for our list.
            Smith Security | We build bot walls that ask whether a visitor is human.
            ''             | Parking for 200 cars, two minutes from the station
            New arrivals   | Our spring collection is coming soon. Until then see our shoes, bags and coats, made by hand \
            in our shop at the harbour since 1951, and ask about repairs, resoling and fitting by appointment on any day.
            """)
    void letsBusinessesThrough(String title, String text) {
        assertThat(gate.reason(List.of(page(title, text)))).isNull();
    }

    @Test
    void letsABrokerOfDomainsThroughWhoSaysMore() {
        String listing = "buy this domain. " + "We broker names for makers, shops and clubs. ".repeat(80);

        assertThat(gate.reason(List.of(page("Names", listing)))).isNull();
    }

    @Test
    void judgesTheSiteAsAWhole() {
        Page home = page("Acme", "Coming soon");
        Page about = page("About Acme", "Acme makes chairs and tables of oak. ".repeat(10));

        assertThat(gate.reason(List.of(home, about))).isNull();
    }

    @Test
    void takesOnePageWithTextForText() {
        assertThat(gate.reason(List.of(page("Acme", ""), page("About", "Acme makes chairs of oak."))))
                .isNull();
    }

    private static Page page(String title, String text) {
        return Visits.page("https://acme.example/", title, text);
    }
}
