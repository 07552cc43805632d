package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.fetch.Page;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class ContentGateTest {
    private final ContentGate gate = ContentGate.load(List.of("en"));

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @CsvFileSource(resources = "/gate/nothing-to-judge.txt", delimiter = '|', maxCharsPerColumn = 10_000)
    void knowsPagesWithoutABusiness(String reason, String title, String text) {
        assertThat(gate.reason(List.of(page(title, text)))).isEqualTo(reason);
    }

    @ParameterizedTest(name = "not {0}: {1}, {2}")
    @CsvFileSource(resources = "/gate/near-misses.txt", delimiter = '|', maxCharsPerColumn = 10_000)
    void letsBusinessesThrough(String nearlyTakenFor, String title, String text) {
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
        assertThat(gate.reason(List.of(
                        page("Acme", ""), page("About", "Acme makes chairs of oak, and mends what others have made."))))
                .isNull();
    }

    @Test
    void addsUpWhatPagesSay() {
        assertThat(gate.reason(List.of(page("Acme", "Acme makes chairs of oak."))))
                .isEqualTo("too-little-text");
        assertThat(gate.reason(List.of(
                        page("Acme", "Acme makes chairs of oak."),
                        page("Visit", "The shop is open on weekdays from nine"))))
                .isNull();
    }

    @Test
    void takesAQuestionForTheAgeAndABannerTogetherForAnAgeGate() {
        assertThat(
                        gate.reason(
                                List.of(
                                        page(
                                                "Foxglove",
                                                "Foxglove Brewing. Are you of legal drinking age? Yes No. We use cookies to improve our site. Accept all"))))
                .isEqualTo("age-gate");
    }

    @ParameterizedTest
    @CsvSource({"en", "de"})
    void readsWhatTheModelReads(String language) {
        String german =
                "Wir reparieren Dächer und Regenrinnen im ganzen Landkreis. Rufen Sie uns an, wir kommen innerhalb"
                        + " von zwei Tagen und machen Ihnen ein Angebot, an dem sich bis zur letzten Schraube nichts mehr ändert.";

        assertThat(ContentGate.load(List.of(language)).reason(List.of(page("Dachdecker", german))))
                .isEqualTo(language.equals("de") ? null : "unread-language");
    }

    @Test
    void takesWhatReadsLikeLatinForFiller() {
        assertThat(
                        gate.reason(
                                List.of(
                                        page(
                                                "Home",
                                                "Vestibulum ante ipsum primis in faucibus orci luctus et ultrices posuere cubilia curae. Morbi vitae nulla"
                                                        + " turpis, quis vehicula massa tempor in. Praesent id augue nec lectus aliquam vulputate."))))
                .isEqualTo("placeholder-text");
    }

    private static Page page(String title, String text) {
        return Visits.page("https://acme.example/", title == null ? "" : title, text == null ? "" : text);
    }
}
