package dev.tradewind.fetch;

import dev.tradewind.html.HtmlPage;
import dev.tradewind.url.CanonicalUrl;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Takes one look at a url: asks its robots.txt, waits for its host's turn, gets it, follows redirects (at most five, meta
 * refreshes among them, each judged anew) and reads the html, unless the page asks robots not to.
 */
final class PageReader {
    /** What a page costs is the time that its thread works on it: waiting for a core is not the page's doing. */
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final int MAX_REDIRECTS = 5;

    private final PoliteClient client;
    private final RobotsTxt robots;
    private final ScheduledExecutorService timer;
    private final Executor parsers;
    private final CrawlSettings settings;

    PageReader(
            PoliteClient client,
            RobotsTxt robots,
            ScheduledExecutorService timer,
            Executor parsers,
            CrawlSettings settings) {
        this.client = client;
        this.robots = robots;
        this.timer = timer;
        this.parsers = parsers;
        this.settings = settings;
    }

    /**
     * What was seen at a url.
     *
     * @param url where it was found in the end
     * @param canonical what the page there goes by as well, or null
     * @param html null unless the outcome is {@link Outcome#READ}, or {@link Outcome#NOINDEX}, where it holds links alone
     * @param exchange the last response, or null if there was none
     * @param millis without waiting for robots.txt and turns
     */
    record Reading(
            String outcome, String url, String canonical, HtmlPage html, Exchange exchange, long millis, Instant at) {}

    /**
     * Looks at {@code url}; the future fails only on a programming error.
     *
     * @param home whether this is the home page, which alone may lead to another site
     * @param seen urls that have been looked at: a redirect to one of them ends in {@link Outcome#REPEATED_PAGE}
     * @param cookies of the visit: what the site gives is added
     * @param millisLeft until the outcome is {@link Outcome#DEADLINE}, waiting included
     */
    CompletableFuture<Reading> read(String url, boolean home, Set<String> seen, CookieJar cookies, long millisLeft) {
        return new Look(url, home, false, seen, cookies, millisLeft).next();
    }

    /** Looks at {@code url} in a visit that has been given no cookies yet. */
    CompletableFuture<Reading> read(String url, boolean home, Set<String> seen, long millisLeft) {
        return read(url, home, seen, jar(List.of()), millisLeft);
    }

    /** What a visit goes on with that has been given {@code cookies}. */
    CookieJar jar(List<VisitCookie> cookies) {
        return new CookieJar(cookies, settings.reach().verifyTls());
    }

    /** Gets a file of any type that is no page; where it could be had, the outcome is {@link Outcome#READ}. */
    CompletableFuture<Reading> file(String url, long millisLeft) {
        return new Look(url, false, true, Set.of(), jar(List.of()), millisLeft).next();
    }

    /** The sitemaps that the robots.txt of {@code url} names, as far as it is known already. */
    List<String> sitemapsOf(String url) {
        CompletableFuture<RobotsTxt.Rules> rules = robots.rulesFor(url);
        return rules.isDone() ? rules.join().sitemaps() : List.of();
    }

    /** What the host of {@code url} is known to ask for between two requests, or 0. */
    long crawlDelayMillis(String url) {
        RobotsTxt.Rules rules = robots.known(url);
        return rules == null ? 0 : rules.crawlDelayMillis();
    }

    private final class Look {
        final LookTime time;
        final boolean home;
        final boolean file;
        final String site;
        final Set<String> seen;
        final Set<String> visited = new HashSet<>();
        final CookieJar cookies;
        String url;
        Exchange exchange;

        Look(String url, boolean home, boolean file, Set<String> seen, CookieJar cookies, long millisLeft) {
            this.url = url;
            this.home = home;
            this.file = file;
            this.seen = seen;
            this.cookies = cookies;
            site = CanonicalUrl.site(url);
            time = new LookTime(
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisLeft),
                    settings.limits().deadline().toNanos());
            visited.add(asked(url));
        }

        /** To ask for a url again with other cookies is to ask for something else. */
        String asked(String target) {
            return target + ' ' + cookies.header(target);
        }

        CompletableFuture<Reading> next() {
            long asked = System.nanoTime();
            return inTime(robots.rulesFor(url), RobotsTxt.Rules.failed(Outcome.DEADLINE))
                    .thenCompose(rules -> {
                        time.waited(System.nanoTime() - asked);
                        String objection = rules.objection(url);
                        return objection != null ? done(objection) : get(rules);
                    });
        }

        /** Waits for it no longer than the site may; others may have more time for it. */
        <T> CompletableFuture<T> inTime(CompletableFuture<T> shared, T late) {
            if (shared.isDone()) {
                return shared;
            }
            CompletableFuture<T> own = shared.copy();
            Future<?> alarm = timer.schedule(() -> own.complete(late), time.siteMillis(), TimeUnit.MILLISECONDS);
            return own.whenComplete((known, surprise) -> alarm.cancel(false));
        }

        CompletableFuture<Reading> get(RobotsTxt.Rules rules) {
            var get = new Get(url, cookies.header(url), settings.limits().maxBytes(), type -> file || mayBeHtml(type));
            return client.send(get, rules.crawlDelayMillis(), time).thenCompose(this::judge);
        }

        CompletableFuture<Reading> judge(Reply reply) {
            exchange = reply.exchange();
            if (reply.failure() != null) {
                return done(reply.failure());
            }
            cookies.keep(url, exchange.headers());
            String location = reply.redirect();
            if (location != null) {
                return follow(CanonicalUrl.resolve(url, location));
            }
            if (exchange.status() / 100 != 2) {
                return done(Outcome.ofStatus(exchange.status()));
            }
            if (file) {
                return done(Outcome.READ);
            }
            if (!isHtml(reply.contentType(), exchange.body())) {
                return done(Outcome.NOT_HTML);
            }
            var parsed = CompletableFuture.supplyAsync(() -> Optional.ofNullable(parse(reply)), parsers);
            return inTime(parsed, Optional.empty())
                    .thenCompose(html -> html.isPresent()
                            ? judge(reply, html.get())
                            : done(time.siteMillis() == 0 ? Outcome.DEADLINE : Outcome.BAD_RESPONSE));
        }

        HtmlPage parse(Reply reply) {
            return HtmlPage.parse(
                    url,
                    exchange.body(),
                    reply.contentType(),
                    exchange.truncated(),
                    TimeUnit.MILLISECONDS.toNanos(time.siteMillis()),
                    THREADS::getCurrentThreadCpuTime);
        }

        CompletableFuture<Reading> judge(Reply reply, HtmlPage html) {
            if (html.refresh() != null && !html.refresh().equals(url)) {
                return follow(html.refresh());
            }
            return CompletableFuture.completedFuture(obeying(reply, html));
        }

        Reading obeying(Reply reply, HtmlPage html) {
            List<String> lines = new ArrayList<>(html.robots());
            lines.addAll(reply.headers("x-robots-tag"));
            var tags = RobotsTags.of(settings.robot(), lines);
            boolean forbidden = tags.forbidReading(home);
            HtmlPage allowed = forbidden ? html.withoutText() : html;
            String claimed =
                    html.canonical() != null ? html.canonical() : CanonicalLink.ofHeaders(url, reply.headers("link"));
            return new Reading(
                    forbidden ? Outcome.NOINDEX : Outcome.READ,
                    url,
                    CanonicalLink.isBelieved(url, claimed) && !claimed.equals(url) ? claimed : null,
                    tags.nofollow() ? allowed.withoutLinks() : allowed,
                    exchange,
                    spentMillis(),
                    Instant.now());
        }

        CompletableFuture<Reading> follow(String target) {
            if (target == null) {
                return done(Outcome.BAD_URL);
            }
            boolean again = !visited.add(asked(target));
            url = target;
            if (again || visited.size() > MAX_REDIRECTS + 1) {
                return done(Outcome.TOO_MANY_REDIRECTS);
            }
            if (!home && !CanonicalUrl.site(target).equals(site)) {
                return done(Outcome.FOREIGN_REDIRECT);
            }
            return seen.contains(target) ? done(Outcome.REPEATED_PAGE) : next();
        }

        CompletableFuture<Reading> done(String outcome) {
            return CompletableFuture.completedFuture(
                    new Reading(outcome, url, null, null, exchange, spentMillis(), Instant.now()));
        }

        long spentMillis() {
            return TimeUnit.NANOSECONDS.toMillis(time.spent());
        }
    }

    static boolean mayBeHtml(String contentType) {
        return kind(contentType) != Kind.OTHER;
    }

    /** Believes a content type that says html unless the body begins like a file of another kind. */
    static boolean isHtml(String contentType, byte[] body) {
        int length = Math.min(body.length, 1_024);
        String opening = new String(body, 0, length, StandardCharsets.ISO_8859_1);
        if (kind(contentType) == Kind.HTML) {
            return !opening.startsWith("%PDF-")
                    && !opening.startsWith("\u0089PNG")
                    && !opening.startsWith("GIF8")
                    && !opening.startsWith("\u00ff\u00d8\u00ff")
                    && !opening.startsWith("PK\u0003\u0004");
        }
        String lower = opening.replace("\0", "").toLowerCase(Locale.ROOT);
        return lower.contains("<!doctype html")
                || lower.contains("<html")
                || lower.contains("<head")
                || lower.contains("<body")
                || lower.contains("<title")
                || lower.contains("<meta ");
    }

    private enum Kind {
        HTML,
        UNKNOWN,
        OTHER
    }

    private static Kind kind(String contentType) {
        if (contentType == null) {
            return Kind.UNKNOWN;
        }
        String type = contentType.split("[;,]", 2)[0].trim().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "text/html", "application/xhtml+xml" -> Kind.HTML;
            case "", "text/plain", "text/xml", "application/xml", "application/octet-stream", "*/*" -> Kind.UNKNOWN;
            default -> type.contains("htm") || type.indexOf('/') < 0 ? Kind.UNKNOWN : Kind.OTHER;
        };
    }
}
