package dev.tradewind.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** The fuzzer takes an input that needs a minute for a finding: what takes time by the square of its length does. */
class HtmlFloodFuzzTest {
    private static final int LENGTH = 300_000;

    /** @param input how a page begins, on the next line what then comes again and again, and behind that how it ends */
    @DictionaryFile(resourcePath = "/html/words.dict")
    @FuzzTest(maxExecutions = 100)
    void aPageIsReadInTimeHoweverOftenItRepeatsItself(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n", 3);
        if (parts.length < 2 || parts[1].isEmpty()) {
            return;
        }
        String page = parts[0] + parts[1].repeat(LENGTH / parts[1].length()) + (parts.length < 3 ? "" : parts[2]);

        var read =
                HtmlPage.parse("http://joes.example/", page.getBytes(StandardCharsets.ISO_8859_1), "text/html", false);

        assertThat(read).isNotNull();
    }
}
