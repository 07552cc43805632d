package dev.tradewind.fetch;

import dev.tradewind.html.HtmlPage;
import dev.tradewind.html.Link;
import dev.tradewind.url.CanonicalUrl;
import dev.tradewind.url.SpiderTraps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Goes through the candidates of one request, best first, until so many pages as wanted were read, there were
 * {@link #MAX_LOOKS} looks, or the site's time is up.
 */
final class SiteWalk {
    static final int MAX_LOOKS = 30;

    private final PageReader reader;
    private final Sitemap sitemap;
    private final int pagesOfSite;
    private final PageRequest request;
    private final CookieJar cookies;
    private final long end;
    private final List<FetchedPage> pages = new ArrayList<>();
    private Looked looked;
    private int next;
    private int read;
    private volatile boolean stopped;

    /** @param pagesOfSite how many pages are wanted of a site in all: a home page that links to fewer is helped by its sitemap */
    SiteWalk(PageReader reader, Sitemap sitemap, int pagesOfSite, PageRequest request) {
        this.reader = reader;
        this.sitemap = sitemap;
        this.pagesOfSite = pagesOfSite;
        this.request = request;
        looked = request.looked();
        cookies = reader.jar(request.cookies());
        end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.millisLeft());
    }

    /** At least one page; the future fails only on a programming error. */
    CompletableFuture<List<FetchedPage>> walk() {
        Candidate candidate = nextCandidate();
        if (candidate == null
                || stopped
                || read == request.wanted()
                || pages.size() == MAX_LOOKS
                || millisLeft() <= 0) {
            return CompletableFuture.completedFuture(pages.isEmpty() ? unlooked(request) : stamped());
        }
        return reader.read(candidate.url(), candidate.depth() == 0, new HashSet<>(looked.urls()), cookies, millisLeft())
                .thenCompose(reading -> withSitemap(candidate, reading).thenCompose(links -> {
                    add(candidate, reading, links);
                    return walk();
                }));
    }

    /** The page's links; for a home page that has too few to choose from also those of the site's sitemap. */
    private CompletableFuture<List<Link>> withSitemap(Candidate candidate, PageReader.Reading reading) {
        HtmlPage html = reading.html();
        List<Link> links = html == null ? List.of() : html.links();
        if (html == null || candidate.depth() > 0 || stopped || !tooFew(reading.url(), links)) {
            return CompletableFuture.completedFuture(links);
        }
        return sitemap.links(reading.url(), millisLeft())
                .thenApply(found -> Stream.concat(links.stream(), found.stream())
                        .limit(HtmlPage.MAX_LINKS)
                        .toList());
    }

    private boolean tooFew(String home, List<Link> links) {
        String site = CanonicalUrl.site(home);
        long usable = links.stream()
                .map(Link::url)
                .filter(url -> CanonicalUrl.site(url).equals(site) && !SpiderTraps.isTrap(url))
                .count();
        return usable < pagesOfSite - 1;
    }

    PageRequest request() {
        return request;
    }

    /** Takes no further look. */
    void stop() {
        stopped = true;
    }

    /** The answer to a request of which no candidate could be tried in time. */
    static List<FetchedPage> unlooked(PageRequest request) {
        boolean seen =
                request.looked().urls().contains(request.candidates().get(0).url());
        return seen
                ? only(request, Outcome.REPEATED_PAGE, Math.max(0, request.millisLeft()))
                : only(request, Outcome.DEADLINE, 0);
    }

    /** The answer to a request that ran into a programming error. */
    static List<FetchedPage> failed(PageRequest request) {
        return only(request, Outcome.BAD_RESPONSE, 0);
    }

    private static List<FetchedPage> only(PageRequest request, String outcome, long millisLeft) {
        Candidate first = request.candidates().get(0);
        int order = request.looked().pages() + 1;
        var page = new Page(
                order,
                first.url(),
                first.rank(),
                first.clickText(),
                first.depth(),
                "",
                "",
                0,
                outcome,
                0,
                0,
                Instant.now());
        return List.of(new FetchedPage(
                request.business(), first.url(), null, page, order, millisLeft, List.of(), List.of(), 0, null));
    }

    /** The next one that was not looked at, or null. */
    private Candidate nextCandidate() {
        while (next < request.candidates().size()) {
            Candidate candidate = request.candidates().get(next++);
            if (!looked.urls().contains(candidate.url())) {
                return candidate;
            }
        }
        return null;
    }

    private void add(Candidate candidate, PageReader.Reading reading, List<Link> found) {
        HtmlPage html = reading.html();
        boolean repeated = html != null
                && (looked.hasRead(html.text()) || reading.canonical() != null && looked.hasRead(reading.canonical()));
        Exchange exchange = reading.exchange();
        var page = new Page(
                looked.pages() + 1,
                reading.url(),
                candidate.rank(),
                candidate.clickText(),
                candidate.depth(),
                html == null ? "" : html.title(),
                html == null || repeated ? "" : html.text(),
                exchange == null ? 0 : exchange.status(),
                repeated ? Outcome.REPEATED_PAGE : outcome(reading),
                exchange == null ? 0 : exchange.body().length,
                reading.millis(),
                reading.at());
        List<Link> links = repeated ? List.of() : found;
        pages.add(new FetchedPage(
                request.business(), candidate.url(), reading.canonical(), page, 0, 0, links, List.of(), 0, exchange));
        looked = looked.plus(candidate.url(), reading.canonical(), page);
        read += page.read() ? 1 : 0;
    }

    /** A connection that was given up because the site's time was over says nothing of the host. */
    private String outcome(PageReader.Reading reading) {
        return reading.outcome().equals(Outcome.CONNECT_TIMEOUT) && millisLeft() <= 0
                ? Outcome.DEADLINE
                : reading.outcome();
    }

    private List<FetchedPage> stamped() {
        long left = Math.max(0, millisLeft());
        return pages.stream()
                .map(page -> stamped(page, left, page.page().order() == looked.pages()))
                .toList();
    }

    private FetchedPage stamped(FetchedPage page, long left, boolean last) {
        return new FetchedPage(
                page.business(),
                page.asked(),
                page.canonical(),
                page.page(),
                looked.pages(),
                left,
                page.links(),
                last ? cookies.cookies() : List.of(),
                last ? reader.crawlDelayMillis(page.page().url()) : 0,
                page.exchange());
    }

    private long millisLeft() {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
}
