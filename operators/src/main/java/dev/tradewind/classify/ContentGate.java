package dev.tradewind.classify;

import dev.tradewind.fetch.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Knows pages on which there is no business to judge: parked domains, default pages of servers, bot walls and their like.
 * A rule is a phrase with one of two conditions. Either the site has no more than so many characters in all, so a firm that
 * trades in domains, or writes about bot walls, is not taken for one. Or hardly anything is left once the passages with such
 * phrases are taken away: a cookie banner, a question for the visitor's age or a login form spoils no page that says more.
 */
public final class ContentGate {
    static final String NO_TEXT = "no-text";
    static final String TOO_LITTLE_TEXT = "too-little-text";
    static final String UNREAD_LANGUAGE = "unread-language";
    static final String PLACEHOLDER_TEXT = "placeholder-text";

    /** Letters of text, titles not counted, that a site must have to be judged. */
    static final int ENOUGH_LETTERS = 40;

    private static final String RULES = "content-gate.txt";
    private static final String ALONE = "alone";
    private static final int LONGEST_ALONE = 6_000;
    private static final int WORDS_IN_A_PASSAGE = 30;
    private static final Pattern STOP = Pattern.compile("(?<=[.!?:;\\u2026\\u3002])\\s+");
    private static final Pattern GAP = Pattern.compile("[\\s\\u00a0\\u200b]+");

    private record Rule(String reason, int mostCharacters, String phrase) {}

    private record Phrase(String reason, String phrase) {}

    private final List<Rule> rules;
    private final List<Phrase> alone;
    private final ReadableLanguages languages;

    private ContentGate(List<Rule> rules, List<Phrase> alone, ReadableLanguages languages) {
        this.rules = rules;
        this.alone = alone;
        this.languages = languages;
    }

    /**
     * The gate with the rules of this build, the file {@code content-gate.txt} beside this class.
     *
     * @param languages that the model reads, ISO 639-1 or 639-3; none if that is not to be checked
     * @throws IllegalArgumentException if a language cannot be detected
     */
    public static ContentGate load(Collection<String> languages) {
        var rules = new ArrayList<Rule>();
        var alone = new ArrayList<Phrase>();
        try (var lines = new BufferedReader(
                new InputStreamReader(ContentGate.class.getResourceAsStream(RULES), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] fields = line.split("\\s*\\|\\s*", 3);
                if (fields[1].equals(ALONE)) {
                    alone.add(new Phrase(fields[0], fields[2]));
                } else {
                    rules.add(new Rule(fields[0], Integer.parseInt(fields[1]), fields[2]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContentGate(List.copyOf(rules), List.copyOf(alone), ReadableLanguages.of(languages));
    }

    /**
     * Why there is nothing to judge on these pages, one stable word; null if there is something.
     *
     * @param pages pages that were read
     */
    public String reason(List<Page> pages) {
        var titles = new StringBuilder();
        var texts = new StringBuilder();
        for (Page page : pages) {
            titles.append(page.title()).append('\n');
            texts.append(page.text() == null ? "" : page.text()).append('\n');
        }
        String text = texts.toString();
        if (text.isBlank()) {
            return NO_TEXT;
        }
        int characters = text.length() - pages.size();
        String reason = reasonOfTheWhole(titles, text, characters);
        if (reason == null && characters <= LONGEST_ALONE) {
            reason = reasonOfWhatStandsAlone(text);
        }
        if (reason == null && letters(text) < ENOUGH_LETTERS) {
            reason = TOO_LITTLE_TEXT;
        }
        return reason == null ? reasonOfLanguage(text) : reason;
    }

    private String reasonOfTheWhole(CharSequence titles, String text, int characters) {
        String plain = null;
        for (Rule rule : rules) {
            if (characters > rule.mostCharacters) {
                continue;
            }
            if (plain == null) {
                plain = plain(titles + text);
            }
            if (plain.contains(rule.phrase)) {
                return rule.reason;
            }
        }
        return null;
    }

    private String reasonOfWhatStandsAlone(String text) {
        int first = alone.size();
        long left = 0;
        for (String passage : passages(plain(text))) {
            int rule = 0;
            while (rule < alone.size() && !passage.contains(alone.get(rule).phrase)) {
                rule++;
            }
            first = Math.min(first, rule);
            left += rule < alone.size() ? 0 : letters(passage);
        }
        return first < alone.size() && left < ENOUGH_LETTERS ? alone.get(first).reason : null;
    }

    private String reasonOfLanguage(String text) {
        String foreign = languages.foreignTo(text);
        if (foreign == null) {
            return null;
        }
        return foreign.equals(ReadableLanguages.LATIN) ? PLACEHOLDER_TEXT : UNREAD_LANGUAGE;
    }

    /** Sentences; rows of words without a stop, such as menus and buttons, are cut. */
    private static List<String> passages(String plain) {
        var passages = new ArrayList<String>();
        for (String sentence : STOP.split(plain)) {
            String[] words = sentence.split(" ");
            for (int start = 0; start < words.length; start += WORDS_IN_A_PASSAGE) {
                int end = Math.min(words.length, start + WORDS_IN_A_PASSAGE);
                passages.add(String.join(" ", List.of(words).subList(start, end)));
            }
        }
        return passages;
    }

    private static String plain(String text) {
        return GAP.matcher(text.toLowerCase(Locale.ROOT).replace('\u2019', '\''))
                .replaceAll(" ");
    }

    private static long letters(String text) {
        return text.codePoints().filter(Character::isAlphabetic).count();
    }
}
