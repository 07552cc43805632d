package dev.tradewind.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTokenizerTest {
    private static final int CLS = 2;
    private static final int SEP = 3;

    @Test
    void givesTheTokensThatTheTrainingSawForTrickyTexts() throws Exception {
        var wrong = new ArrayList<String>();
        JsonNode cases = new ObjectMapper()
                .readTree(path("/dev/tradewind/encode/tokens.json").toFile());
        try (var tokenizer = SegmentTokenizer.open(path("/dev/tradewind/model/tokenizer.json"), 256)) {
            for (JsonNode one : cases) {
                List<Tokens> found = tokenizer.tokens(
                        List.of(one.get("text").asText()), one.get("max").asInt());
                if (!found.get(0).equals(new Tokens(ids(one.get("ids"))))) {
                    wrong.add(one.get("text") + " gave " + found.get(0));
                }
            }
        }

        assertThat(cases).hasSizeGreaterThan(20);
        assertThat(wrong).isEmpty();
    }

    @Test
    void givesTheSameTokensInABatchAsAlone() throws Exception {
        var texts = new ArrayList<String>();
        new ObjectMapper()
                .readTree(path("/dev/tradewind/encode/tokens.json").toFile())
                .forEach(one -> texts.add(one.get("text").asText()));
        int[] limits = texts.stream().mapToInt(text -> 2 + text.length() % 60).toArray();

        try (var tokenizer = SegmentTokenizer.open(path("/dev/tradewind/model/tokenizer.json"), 256)) {
            List<Tokens> together = tokenizer.tokens(texts, limits);

            for (int i = 0; i < texts.size(); i++) {
                assertThat(tokenizer.tokens(List.of(texts.get(i)), limits[i])).containsExactly(together.get(i));
                assertThat(together.get(i).length()).isLessThanOrEqualTo(limits[i]);
            }
        }
    }

    @Test
    void marksTheEndOfATextThatIsCut() {
        try (var tokenizer = tiny()) {
            Tokens cut =
                    tokenizer.tokens(List.of("pipe drain leak bread cake"), 4).get(0);

            assertThat(cut.length()).isEqualTo(4);
            assertThat(cut.id(0)).isEqualTo(CLS);
            assertThat(cut.id(3)).isEqualTo(SEP);
        }
    }

    @Test
    void takesABlankTextForAnEmptyOne() {
        try (var tokenizer = tiny()) {
            assertThat(tokenizer.tokens(List.of("", " \n\t "), 8, 8))
                    .containsExactly(new Tokens(CLS, SEP), new Tokens(CLS, SEP));
            assertThat(tokenizer.empty()).isEqualTo(new Tokens(CLS, SEP));
        }
    }

    @Test
    void survivesTextThatIsNoUnicode() {
        try (var tokenizer = tiny()) {
            List<Tokens> tokens = tokenizer.tokens(
                    List.of("pipe \ud83c", "\udf55 pipe", "\ud83c\ud83c\udf55", "pipe \0 \uffff pipe"), 16, 16, 16, 16);

            assertThat(tokens).hasSize(4);
            assertThat(tokens.get(0))
                    .isEqualTo(tokenizer.tokens(List.of("pipe \ufffd"), 16).get(0));
        }
    }

    @Test
    void refusesAFileThatIsNoTokenizer(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\"}");

        assertThatThrownBy(() -> SegmentTokenizer.open(file, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenizer.json cannot be read as a tokenizer");
    }

    @Test
    void leavesTheSettingsOfTheProcessAsTheyWere() {
        var before = System.getProperties().clone();

        tiny().close();

        assertThat(System.getProperties()).isEqualTo(before);
    }

    private static SegmentTokenizer tiny() {
        return SegmentTokenizer.open(path("/tiny-bundle/tokenizer.json"), 32);
    }

    private static int[] ids(JsonNode node) {
        var ids = new int[node.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = node.get(i).asInt();
        }
        return ids;
    }

    private static Path path(String name) {
        try {
            return Path.of(SegmentTokenizerTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
