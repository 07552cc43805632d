package dev.tradewind.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tradewind.RawAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

class HtmlBytesFuzzTest {

    /** @param input a content type, and behind its line a page */
    @FuzzTest(maxExecutions = 100_000)
    void anyBytesAreTextAndUtf8IsReadAsItStands(byte[] input) {
        var answer = RawAnswer.of(input);

        String text = HtmlBytes.decode(answer.body(), answer.head(), answer.truncated());

        assertThat(text).hasSizeLessThanOrEqualTo(2 * answer.body().length);
        String utf8 = utf8(answer.body());
        if (utf8 != null
                && !utf8.startsWith("\ufeff")
                && utf8.indexOf('\0') < 0
                && utf8.chars().anyMatch(c -> c > 127)) {
            assertThat(text).isEqualTo(utf8);
        }
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
