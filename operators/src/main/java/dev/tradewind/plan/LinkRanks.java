package dev.tradewind.plan;

import dev.tradewind.html.Link;
import dev.tradewind.url.CanonicalUrl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How much a link promises to say what a business does: lower is better. A keyword, of one word or several, counts where it
 * stands in the link's text or in its path, and the best counts. Links that never say it are skipped, as the file
 * {@code skipped-links.txt} beside this class has it: those whose whole text, or a whole part of whose path, is a keyword to skip.
 */
public final class LinkRanks implements Serializable {
    private static final long serialVersionUID = 1;

    /** Rank of a link that no keyword speaks for. */
    public static final int ANYTHING_ELSE = 100;

    /** The ranking of the 2019 talk that this job follows. */
    public static final String TALK =
            "about=2,story=2,what we do=3,capabilities=3,services=4,products=4,amenities=5,overview=6";

    /** Name of the table that was made from the links of real sites, the file {@code measured-links.txt} beside this class. */
    public static final String MEASURED = "measured";

    private static final String SKIP = "skip";

    private final HashMap<String, Integer> ranks = new HashMap<>();
    private final HashSet<String> skipped = new HashSet<>();
    private final HashSet<String> skippedParameters = new HashSet<>();
    private int mostWords = 1;

    /**
     * @param table {@code keyword=rank,keyword=skip,…}, or {@code talk} or {@value #MEASURED} for a table of this build; what
     *     it ranks is not skipped
     * @throws IllegalArgumentException which says what is wrong with which entry
     */
    public LinkRanks(String table) {
        lines("skipped-links.txt").forEach(this::add);
        switch (table) {
            case "talk" -> add(TALK);
            case MEASURED -> lines("measured-links.txt").forEach(this::add);
            default -> add(table);
        }
    }

    private static List<String> lines(String file) {
        try (var lines = new BufferedReader(
                new InputStreamReader(LinkRanks.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String table) {
        for (var entry : table.split(",", -1)) {
            var parts = entry.split("=");
            var keyword = parts[0].trim();
            var rank = parts.length == 2 ? parts[1].trim() : "";
            if (words(keyword).isEmpty() || !rank.equals(SKIP) && (isParameter(keyword) || !rank.matches("\\d{1,4}"))) {
                throw new IllegalArgumentException("'" + entry
                        + "' is no link rank: write keyword=rank or keyword=skip, such as about=2, with commas"
                        + " between");
            }
            if (isParameter(keyword)) {
                skippedParameters.add(words(keyword));
            } else if (rank.equals(SKIP)) {
                skipped.add((keyword.startsWith("/") ? "/" : "") + words(keyword));
            } else {
                skipped.remove(words(keyword));
                skipped.remove("/" + words(keyword));
                ranks.put(words(keyword), Integer.parseInt(rank));
                mostWords = Math.max(mostWords, words(keyword).split(" ").length);
            }
        }
    }

    private static boolean isParameter(String keyword) {
        return keyword.startsWith("?");
    }

    public int of(Link link) {
        return Stream.of(link.text(), decoded(CanonicalUrl.path(link.url())))
                .flatMap(said -> phrases(words(said).split(" ")))
                .map(ranks::get)
                .filter(Objects::nonNull)
                .min(Integer::compare)
                .orElse(ANYTHING_ELSE);
    }

    /** Whatever a keyword can be: each word, each two words, and so on. */
    private Stream<String> phrases(String[] words) {
        return IntStream.rangeClosed(1, Math.min(mostWords, words.length))
                .boxed()
                .flatMap(length -> IntStream.rangeClosed(0, words.length - length)
                        .mapToObj(from -> String.join(" ", Arrays.asList(words).subList(from, from + length))));
    }

    /**
     * Whether a link is to be left alone.
     *
     * @param page the url of the page it stands on: what that has in its own path is no reason to skip
     */
    public boolean skips(Link link, String page) {
        if (skipped.contains(words(link.text()))) {
            return true;
        }
        Set<String> parts = parts(link.url());
        parts.removeAll(parts(page));
        return parts.stream().anyMatch(part -> skipped.contains(part) || skipped.contains("/" + part))
                || hasSkippedParameter(link.url());
    }

    private boolean hasSkippedParameter(String url) {
        int question = url.indexOf('?');
        return question >= 0
                && Arrays.stream(url.substring(question + 1).split("&"))
                        .anyMatch(parameter -> skippedParameters.contains(words(parameter))
                                || skippedParameters.contains(words(parameter.split("=", 2)[0])));
    }

    /** What stands between the slashes of a path, without the ending of a file. */
    private static Set<String> parts(String url) {
        return Arrays.stream(CanonicalUrl.path(url).split("/"))
                .map(part -> words(decoded(part.replaceFirst("\\.\\w{2,5}$", ""))))
                .collect(Collectors.toSet());
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }

    /** Lower case, with one space between words whatever stood there. */
    private static String words(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").trim();
    }
}
