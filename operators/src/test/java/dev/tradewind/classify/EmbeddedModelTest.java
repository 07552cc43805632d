package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.html.HtmlPage;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedModelTest {
    private static IndustryModel model;

    @BeforeAll
    static void open() throws Exception {
        model = IndustryModel.open(ModelSettings.of(ModelBundle.EMBEDDED, "cpu"), 0);
    }

    @AfterAll
    static void close() throws Exception {
        model.close();
    }

    @Test
    void judgesAsTheTrainingDid() throws Exception {
        ParityCases.judgedAlike(model, "/dev/tradewind/classify/parity.json", 1e-4);
    }

    @Test
    void judgesTheSameWhateverElseIsAsked() throws Exception {
        List<Segments> sites =
                ParityCases.sites("/dev/tradewind/classify/parity.json").subList(2, 5);

        ParityCases.judgedTheSameInAnyCrowd(ModelBundle.EMBEDDED, sites, 2, 10, 12);
    }

    @Test
    void knowsTheTaxonomyByHeart() {
        ModelBundle bundle = ModelBundle.open(ModelBundle.EMBEDDED);

        assertThat(bundle.industries()).hasSize(135);
        assertThat(bundle.languages()).containsExactly("en");
        assertThat(bundle.segmentLengths()).isEqualTo(new ModelBundle.SegmentLengths(256, 16, 8, 10));
    }

    @Test
    void isNotMovedByEmptySegments() throws Exception {
        var nothing = new Segments(Collections.nCopies(12, new Segments.Segment("", null, "")), "");
        Judgement judgement = model.judge(nothing).get();

        assertThat(judgement.evidence()).isEmpty();
        assertThat(judgement.best().get(0).probability()).isLessThan(model.abstainThreshold());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<div style='font-size:0'>%s</div>",
                "<div style='color:white;background:white'>%s</div>",
                "<div style='position:absolute;left:-9999px'>%s</div>",
                "<p>%s</p>"
            })
    void isNotGamedByHiddenTextOrARepeatedPhrase(String trick) throws Exception {
        var casino = "casino poker roulette ".repeat(100);
        var bakery = "<p>Our bakery bakes sourdough bread, croissants, birthday cakes and wedding cakes every morning.";

        assertThat(best(trick.formatted(casino) + bakery)).isEqualTo(best(bakery));
    }

    private static String best(String html) throws Exception {
        HtmlPage page = HtmlPage.parse("https://a.com/", html.getBytes(StandardCharsets.UTF_8), null, false);
        return model.judge(CutSegments.of(
                        Visits.visit("1", null, "a.com", Visits.page("https://a.com/", page.title(), page.text()))))
                .get()
                .best()
                .get(0)
                .id();
    }
}
