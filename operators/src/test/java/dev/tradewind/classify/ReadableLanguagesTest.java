package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableLanguagesTest {
    private static final String ENGLISH =
            "We repair roofs and gutters in the whole county. Call us for a free estimate; we come"
                    + " within two days and leave your garden as tidy as it was. Skylights are our joy, and so are old barns. ";
    private static final String FRENCH =
            "Nous réparons les toitures et les gouttières dans toute la région. Appelez-nous pour un"
                    + " devis gratuit, nous passons sous deux jours et laissons votre jardin comme nous l'avons trouvé. ";
    private static final String NORWEGIAN =
            "Vi reparerer tak og takrenner i hele fylket. Ring oss, så kommer vi innen to dager og gir"
                    + " deg et gratis tilbud. Hagen din ser like fin ut etterpå. ";

    private final ReadableLanguages english = ReadableLanguages.of(List.of("en"));

    @Test
    void namesTheLanguageThatIsNotRead() {
        assertThat(english.foreignTo(FRENCH)).isEqualTo("fra");
        assertThat(english.foreignTo(FRENCH.repeat(100))).isEqualTo("fra");
        assertThat(english.foreignTo(ENGLISH)).isNull();
    }

    @Test
    void countsASiteInTwoLanguagesAsReadIfAFifthIsInOne() {
        assertThat(english.foreignTo(FRENCH.repeat(15) + ENGLISH.repeat(6))).isNull();
        assertThat(english.foreignTo(ENGLISH.repeat(6) + FRENCH.repeat(15))).isNull();
        assertThat(english.foreignTo(ENGLISH + FRENCH.repeat(30))).isEqualTo("fra");
    }

    @Test
    void readsEachOfTheModelsLanguages() {
        var several = ReadableLanguages.of(List.of("en", "fr", "no"));

        assertThat(several.foreignTo(FRENCH)).isNull();
        assertThat(several.foreignTo(NORWEGIAN)).isNull();
        assertThat(english.foreignTo(NORWEGIAN)).isIn("nob", "dan");
    }

    @Test
    void takesCodesOfTwoAndOfThreeLetters() {
        assertThat(ReadableLanguages.of(List.of("fra")).foreignTo(FRENCH)).isNull();
        assertThat(ReadableLanguages.of(List.of("fr")).foreignTo(ENGLISH)).isEqualTo("eng");
    }

    @Test
    void saysNothingWhereTheModelSaysNothing() {
        assertThat(ReadableLanguages.of(List.of()).foreignTo(FRENCH)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bonjour", "Toitures et gouttières", "0123 4567 8901 ", "\ud83e\udd50 ", "\ud800\ud800\udc00"
            })
    void saysNothingOfTooLittle(String text) {
        assertThat(english.foreignTo(text)).isNull();
    }

    @Test
    void isNotTroubledByLongTextsWithoutWords() {
        assertThat(english.foreignTo("1234567890 ".repeat(1_000_000))).isNull();
        assertThat(english.foreignTo("\ud83e\udd50".repeat(1_000_001))).isNull();
    }

    @Test
    void answersManyThreadsAtOnce() {
        assertThat(IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(i -> english.foreignTo(i % 2 == 0 ? ENGLISH : FRENCH) == null ? "read" : "not")
                        .toList())
                .isEqualTo(Collections.nCopies(100, List.of("read", "not")).stream()
                        .flatMap(List::stream)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"xx", "english", "", "am"})
    void refusesALanguageThatItCouldNotTell(String code) {
        assertThatThrownBy(() -> ReadableLanguages.of(List.of("en", code)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + code + "', which cannot be detected: leave languages out of model.json");
    }
}
