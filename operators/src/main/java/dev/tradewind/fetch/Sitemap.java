package dev.tradewind.fetch;

import dev.tradewind.html.HtmlPage;
import dev.tradewind.html.Link;
import dev.tradewind.url.CanonicalUrl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/**
 * Finds a site's pages where its home page does not link to them: in the sitemaps that its robots.txt names, else in
 * {@code /sitemap.xml}. Reads at most {@link #MAX_FILES} files, an index among them and of it files of pages first. Their
 * requests are as polite and as limited as those for pages. Files on other sites are left alone, entries for other sites left out.
 */
final class Sitemap {
    static final int MAX_FILES = 3;

    private static final int MAX_DEPTH = 32;

    private final PageReader reader;
    private final Executor parsers;
    private final int maxBytes;

    /** @param maxBytes of a file after decompression; the rest is cut */
    Sitemap(PageReader reader, Executor parsers, int maxBytes) {
        this.reader = reader;
        this.parsers = parsers;
        this.maxBytes = maxBytes;
    }

    /**
     * Links without texts to pages of the site of {@code home}, at most {@link HtmlPage#MAX_LINKS}; none where there is no
     * sitemap. The future fails only on a programming error.
     */
    CompletableFuture<List<Link>> links(String home, long millisLeft) {
        return new Search(home, millisLeft).next();
    }

    private final class Search {
        final String site;
        final long end;
        final Deque<String> files = new ArrayDeque<>();
        final Set<String> asked = new HashSet<>();
        final Set<String> pages = new LinkedHashSet<>();

        Search(String home, long millisLeft) {
            site = CanonicalUrl.site(home);
            end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisLeft);
            reader.sitemapsOf(home).stream()
                    .map(CanonicalUrl::of)
                    .filter(this::isOfTheSite)
                    .forEach(files::add);
            if (files.isEmpty()) {
                files.add(CanonicalUrl.origin(home) + "/sitemap.xml");
            }
        }

        CompletableFuture<List<Link>> next() {
            String file = files.poll();
            long millisLeft = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (file == null || asked.size() == MAX_FILES || pages.size() == HtmlPage.MAX_LINKS || millisLeft <= 0) {
                return CompletableFuture.completedFuture(
                        pages.stream().map(url -> new Link(url, "")).toList());
            }
            if (!asked.add(file)) {
                return next();
            }
            return reader.file(file, millisLeft)
                    .thenAcceptAsync(
                            reading -> {
                                if (reading.outcome().equals(Outcome.READ)) {
                                    read(reading.exchange().body());
                                }
                            },
                            parsers)
                    .thenCompose(none -> next());
        }

        private void read(byte[] body) {
            Entries entries = Sitemap.read(unzipped(body, maxBytes));
            entries.pages.stream()
                    .map(CanonicalUrl::of)
                    .filter(this::isOfTheSite)
                    .filter(HtmlPage::mayBePage)
                    .takeWhile(url -> pages.size() < HtmlPage.MAX_LINKS)
                    .forEach(pages::add);
            if (asked.size() == 1) {
                entries.files.stream()
                        .map(CanonicalUrl::of)
                        .filter(this::isOfTheSite)
                        .sorted(Comparator.comparing(url -> !url.contains("page")))
                        .limit(MAX_FILES)
                        .forEach(files::add);
            }
        }

        private boolean isOfTheSite(String url) {
            return url != null && CanonicalUrl.site(url).equals(site);
        }
    }

    /**
     * What a sitemap lists.
     *
     * @param pages urls of pages, as they are written there
     * @param files urls of further sitemaps
     */
    record Entries(List<String> pages, List<String> files) {}

    /** Reads xml, or lines of text that may be urls. Never throws, loads nothing, expands no entity. */
    static Entries read(byte[] body) {
        int start = 0;
        while (start < body.length && body[start] != '<' && body[start] != 'h') {
            start++;
        }
        if (start < body.length && body[start] == 'h') {
            return new Entries(new String(body, StandardCharsets.UTF_8).lines().toList(), List.of());
        }
        try {
            Document xml = Jsoup.parse(
                    new ByteArrayInputStream(body), null, "", Parser.xmlParser().setMaxDepth(MAX_DEPTH));
            return new Entries(
                    xml.select("*|url > *|loc").eachText(),
                    xml.select("*|sitemap > *|loc").eachText());
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return new Entries(List.of(), List.of());
        }
    }

    /** The body, or what a gzip file holds as far as it can be read. */
    static byte[] unzipped(byte[] body, int maxBytes) {
        boolean gzip = body.length > 2 && body[0] == 0x1f && (body[1] & 0xff) == 0x8b;
        return gzip
                ? ContentCoding.decode(body, false, List.of("gzip"), maxBytes)
                        .map(ContentCoding.Decoded::bytes)
                        .orElse(new byte[0])
                : body;
    }
}
