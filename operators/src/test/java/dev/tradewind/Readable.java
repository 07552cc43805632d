package dev.tradewind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** What holds of all text that was taken from a page. */
public final class Readable {
    public static void check(String text, int limit) {
        assertThat(text).hasSizeLessThanOrEqualTo(limit).doesNotContain("  ").isEqualTo(text.strip());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int type = Character.getType(text.codePointAt(i));
            if (type == Character.SURROGATE || type == Character.CONTROL) {
                fail("no character at %d of %s", i, text);
            }
        }
    }

    private Readable() {}
}
