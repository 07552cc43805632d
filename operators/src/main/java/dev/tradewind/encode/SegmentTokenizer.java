package dev.tradewind.encode;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Cuts texts into tokens with a {@code tokenizer.json} of Hugging Face. Threads may share it. */
public final class SegmentTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final int maxTokens;
    private final Tokens empty;

    private SegmentTokenizer(HuggingFaceTokenizer tokenizer, int maxTokens, Tokens empty) {
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
        this.empty = empty;
    }

    /**
     * Opens a tokenizer; nothing is asked of any network.
     *
     * @param maxTokens the most that will be asked for, begin and end marks included
     * @throws IllegalArgumentException if the file is no tokenizer, or does not put one mark before and one after a text
     */
    public static SegmentTokenizer open(Path tokenizerJson, int maxTokens) {
        HuggingFaceTokenizer tokenizer;
        try {
            tokenizer = load(tokenizerJson, maxTokens);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    tokenizerJson + " cannot be read as a tokenizer of Hugging Face: " + e.getMessage(), e);
        }
        long[] marks = tokenizer.encode("").getIds();
        if (marks.length != 2) {
            tokenizer.close();
            throw new IllegalArgumentException(tokenizerJson + " makes " + marks.length
                    + " tokens of an empty text where 2 are wanted, a begin and an end mark: set its post_processor");
        }
        return new SegmentTokenizer(tokenizer, maxTokens, new Tokens((int) marks[0], (int) marks[1]));
    }

    /** What an empty text becomes: a begin and an end mark. */
    public Tokens empty() {
        return empty;
    }

    /**
     * Cuts each text into at most as many tokens as the limit at its index, marks included.
     *
     * @throws IllegalArgumentException if a limit is less than 2 or more than this tokenizer was opened for
     */
    public List<Tokens> tokens(List<String> texts, int... limits) {
        var written = new ArrayList<String>(texts.size());
        for (String text : texts) {
            if (!text.isBlank()) {
                written.add(withoutLoneSurrogates(text));
            }
        }
        Encoding[] encoded = written.isEmpty() ? new Encoding[0] : tokenizer.batchEncode(written);
        var tokens = new ArrayList<Tokens>(texts.size());
        int next = 0;
        for (int i = 0; i < texts.size(); i++) {
            tokens.add(texts.get(i).isBlank() ? empty : cut(encoded[next++].getIds(), limits[i]));
        }
        return tokens;
    }

    private Tokens cut(long[] ids, int limit) {
        if (limit < 2 || limit > maxTokens) {
            throw new IllegalArgumentException("A segment of " + limit + " tokens, of 2 to " + maxTokens);
        }
        int length = Math.min(ids.length, limit);
        var cut = new int[length];
        for (int i = 0; i < length - 1; i++) {
            cut[i] = (int) ids[i];
        }
        cut[length - 1] = (int) ids[ids.length - 1];
        return new Tokens(cut);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** Native code reads UTF-8, which cannot say half a character. */
    static String withoutLoneSurrogates(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (mended == null) {
                mended = new StringBuilder(text);
            }
            mended.setCharAt(i, '\ufffd');
        }
        return mended == null ? text : mended.toString();
    }

    /**
     * DJL would download a native library that fits the machine's GPU and report to its makers, unless told that it is
     * offline. It also keeps the library in the user's home, from where no second class loader of the same process can
     * load it, as each restart of a Flink job makes one: so each gets a copy of its own, gone as soon as it is loaded.
     */
    private static HuggingFaceTokenizer load(Path tokenizerJson, int maxTokens) throws IOException {
        Map<String, String> options = Map.of(
                "truncation",
                "true",
                "padding",
                "false",
                "maxLength",
                Integer.toString(maxTokens),
                "modelMaxLength",
                Integer.toString(maxTokens));
        // The one lock that all class loaders of the process see.
        synchronized (Runtime.getRuntime()) {
            String offlineBefore = System.setProperty("ai.djl.offline", "true");
            Path cache = Files.createTempDirectory("tradewind-tokenizer");
            String cacheBefore = System.setProperty("ENGINE_CACHE_DIR", cache.toString());
            try {
                return HuggingFaceTokenizer.newInstance(tokenizerJson, options);
            } finally {
                restore("ai.djl.offline", offlineBefore);
                restore("ENGINE_CACHE_DIR", cacheBefore);
                delete(cache);
            }
        }
    }

    private static void restore(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
