package dev.tradewind.classify;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Leaves out of a text what has been said before, in it or in the texts given earlier: menus and footers that stand on every
 * page, and phrases repeated to sway a classifier. {@value #PHRASE} words in a row are a phrase; case and punctuation make
 * no difference.
 */
final class SayOnce {
    private static final int PHRASE = 5;
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{N}]+");

    private final Set<String> said = new HashSet<>();

    /** What {@code text} says that is new, its words as they were; may be nothing. */
    String of(String text) {
        String[] words = SPACE.split(text.strip());
        String[] plain = Arrays.stream(words).map(SayOnce::plain).toArray(String[]::new);
        var repeated = new BitSet(words.length);
        for (int end = PHRASE; end <= words.length; end++) {
            if (!said.add(String.join(" ", Arrays.asList(plain).subList(end - PHRASE, end)))) {
                repeated.set(end - PHRASE, end);
            }
        }
        if (repeated.isEmpty()) {
            return text;
        }
        var left = new StringBuilder();
        for (int i = repeated.nextClearBit(0); i < words.length; i = repeated.nextClearBit(i + 1)) {
            left.append(left.isEmpty() ? "" : " ").append(words[i]);
        }
        return left.toString();
    }

    private static String plain(String word) {
        String plain = PUNCTUATION.matcher(word).replaceAll("").toLowerCase(Locale.ROOT);
        return plain.isEmpty() ? word : plain;
    }
}
