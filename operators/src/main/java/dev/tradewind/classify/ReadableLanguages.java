package dev.tradewind.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Set;
import java.util.TreeSet;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetector;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * Tells whether a text is, at least in part, in a language that a model reads. It looks at pieces spread evenly over the
 * text and says no only where it is sure of nearly all of them, so names, dishes and addresses do not make a text foreign,
 * and a text in two languages counts as read if one of them is. Threads may share it.
 */
final class ReadableLanguages {
    /** What lorem ipsum and its like are in, and no business: ISO 639-3. */
    static final String LATIN = "lat";

    private static final int PIECE = 300;
    private static final int MOST_PIECES = 10;
    private static final int LETTERS_IN_A_PIECE = 60;
    private static final int READ_SHARE = 5;

    /** How many times likelier the likeliest language must be than the likeliest one that is read. */
    private static final double SURE = 3;

    /** ISO 639-3 codes that the detector uses for the members of what Java knows by one code. */
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "est", Set.of("est", "ekk"),
            "fas", Set.of("fas", "pes"),
            "lav", Set.of("lav", "lvs"),
            "mlg", Set.of("plt"),
            "nor", Set.of("nob", "nno"),
            "zho", Set.of("cmn"));

    /** Loaded once, when first wanted; predicting keeps no state. */
    private static final class Detector {
        static final LanguageDetector SHARED = new LanguageDetectorME(model());

        private static LanguageDetectorModel model() {
            try (InputStream model = ReadableLanguages.class.getResourceAsStream("/langdetect-183.bin")) {
                return new LanguageDetectorModel(model);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Set<String> read;

    private ReadableLanguages(Set<String> read) {
        this.read = read;
    }

    /**
     * For a model that reads these languages.
     *
     * @param codes ISO 639-1 or 639-3; none stands for a model that reads whatever there is
     * @throws IllegalArgumentException if a code is none, or one of a language that cannot be detected
     */
    static ReadableLanguages of(Collection<String> codes) {
        var read = new TreeSet<String>();
        for (String code : codes) {
            read.addAll(detectable(code));
        }
        return new ReadableLanguages(read);
    }

    private static Set<String> detectable(String code) {
        Set<String> known = Set.of(Detector.SHARED.getSupportedLanguages());
        try {
            String iso3 = Locale.forLanguageTag(code).getISO3Language();
            Set<String> members = MEMBERS.getOrDefault(iso3, Set.of(iso3));
            if (known.containsAll(members)) {
                return members;
            }
        } catch (MissingResourceException e) {
            // no such language
        }
        throw new IllegalArgumentException("The model's languages name '" + code
                + "', which cannot be detected: leave languages out of model.json to have them not checked");
    }

    /**
     * The language, ISO 639-3, that most of a text is in which the model does not read; null where the model reads at least
     * a fifth of it, or where there is too little to tell.
     */
    String foreignTo(String text) {
        if (read.isEmpty()) {
            return null;
        }
        List<String> pieces = pieces(text);
        int wanted = (pieces.size() + READ_SHARE - 1) / READ_SHARE;
        var foreign = new HashMap<String, Integer>();
        for (String piece : pieces) {
            String language = surelyForeign(piece);
            if (language != null) {
                foreign.merge(language, 1, Integer::sum);
            } else if (--wanted == 0) {
                return null;
            }
        }
        return foreign.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private String surelyForeign(String piece) {
        Language[] likeliestFirst = Detector.SHARED.predictLanguages(piece);
        for (Language language : likeliestFirst) {
            if (read.contains(language.getLang())) {
                return likeliestFirst[0].getConfidence() >= SURE * language.getConfidence()
                        ? likeliestFirst[0].getLang()
                        : null;
            }
        }
        return likeliestFirst[0].getLang();
    }

    private static List<String> pieces(String text) {
        int count = Math.max(1, Math.min(MOST_PIECES, (text.length() + PIECE - 1) / PIECE));
        int last = Math.max(0, text.length() - PIECE);
        var pieces = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            int start = count == 1 ? 0 : (int) ((long) last * i / (count - 1));
            String piece = text.substring(start, Math.min(text.length(), start + PIECE));
            if (piece.codePoints().filter(Character::isAlphabetic).count() >= LETTERS_IN_A_PIECE) {
                pieces.add(piece);
            }
        }
        return pieces;
    }
}
