package dev.tradewind.classify;

import dev.tradewind.fetch.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Knows pages on which there is no business to judge: parked domains, default pages of servers, bot walls and their like.
 * Each rule is a phrase and how many characters a site may have in all for that phrase to speak for it, so a firm that
 * trades in domains, or writes about bot walls, is not taken for one.
 */
public final class ContentGate {
    private static final String RULES = "content-gate.txt";

    private record Rule(String reason, int mostCharacters, String phrase) {}

    private final List<Rule> rules;

    private ContentGate(List<Rule> rules) {
        this.rules = rules;
    }

    /** The gate with the rules of this build, the file {@code content-gate.txt} beside this class. */
    public static ContentGate load() {
        var rules = new ArrayList<Rule>();
        try (var lines = new BufferedReader(
                new InputStreamReader(ContentGate.class.getResourceAsStream(RULES), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] fields = line.split("\\s*\\|\\s*", 3);
                    rules.add(new Rule(fields[0], Integer.parseInt(fields[1]), fields[2]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContentGate(List.copyOf(rules));
    }

    /**
     * Why there is nothing to judge on these pages, one stable word; null if there is something.
     *
     * @param pages pages that were read
     */
    public String reason(List<Page> pages) {
        boolean anyText = false;
        int characters = 0;
        var said = new StringBuilder();
        for (Page page : pages) {
            String text = page.text() == null ? "" : page.text();
            anyText |= !text.isBlank();
            characters += text.length();
            said.append(page.title()).append('\n').append(text).append('\n');
        }
        if (!anyText) {
            return "no-text";
        }
        String plain = null;
        for (Rule rule : rules) {
            if (characters > rule.mostCharacters) {
                continue;
            }
            if (plain == null) {
                plain = said.toString()
                        .toLowerCase(Locale.ROOT)
                        .replace('\u2019', '\'')
                        .replaceAll("[\\s\u00a0\u200b]+", " ");
            }
            if (plain.contains(rule.phrase)) {
                return rule.reason;
            }
        }
        return null;
    }
}
