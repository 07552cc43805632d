package dev.tradewind.fetch;

import dev.tradewind.url.CanonicalUrl;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
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
 * refreshes among them, each judged anew) and reads the html.
 */
final class PageReader {
    private static final int MAX_REDIRECTS = 5;

    private final WebClient client;
    private final RobotsTxt robots;
    private final HostTurns turns;
    private final ScheduledExecutorService timer;
    private final Executor parsers;
    private final CrawlSettings settings;

    PageReader(
            WebClient client,
            RobotsTxt robots,
            HostTurns turns,
            ScheduledExecutorService timer,
            Executor parsers,
            CrawlSettings settings) {
        this.client = client;
        this.robots = robots;
        this.turns = turns;
        this.timer = timer;
        this.parsers = parsers;
        this.settings = settings;
    }

    /**
     * What was seen at a url.
     *
     * @param url where it was found in the end
     * @param html null unless the outcome is {@link Outcome#READ}
     * @param exchange the last response, or null if there was none
     * @param millis without waiting for turns
     */
    record Reading(String outcome, String url, HtmlPage html, Exchange exchange, long millis, Instant at) {}

    /**
     * Looks at {@code url}; the future fails only on a programming error.
     *
     * @param home whether this is the home page, which alone may lead to another site
     * @param seen urls that have been looked at: a redirect to one of them ends in {@link Outcome#REPEATED_PAGE}
     * @param millisLeft until the outcome is {@link Outcome#DEADLINE}, waiting included
     */
    CompletableFuture<Reading> read(String url, boolean home, Set<String> seen, long millisLeft) {
        return new Look(url, home, seen, millisLeft).next();
    }

    private final class Look {
        final long start = System.nanoTime();
        final long end;
        final boolean home;
        final String site;
        final Set<String> seen;
        final Set<String> visited = new HashSet<>();
        String url;
        Exchange exchange;
        long waited;

        Look(String url, boolean home, Set<String> seen, long millisLeft) {
            this.url = url;
            this.home = home;
            this.seen = seen;
            site = CanonicalUrl.site(url);
            end = start + TimeUnit.MILLISECONDS.toNanos(millisLeft);
            visited.add(url);
        }

        CompletableFuture<Reading> next() {
            CompletableFuture<RobotsTxt.Rules> rules =
                    inTime(robots.rulesFor(url), RobotsTxt.Rules.failed(Outcome.DEADLINE));
            return rules.thenCompose(known -> {
                String objection = known.objection(url);
                return objection != null ? done(objection) : whenItsTurnComes(known);
            });
        }

        /** Waits for it no longer than the site may; others may have more time for it. */
        <T> CompletableFuture<T> inTime(CompletableFuture<T> shared, T late) {
            if (shared.isDone()) {
                return shared;
            }
            CompletableFuture<T> own = shared.copy();
            Future<?> alarm = timer.schedule(() -> own.complete(late), siteMillis(), TimeUnit.MILLISECONDS);
            return own.whenComplete((known, surprise) -> alarm.cancel(false));
        }

        CompletableFuture<Reading> whenItsTurnComes(RobotsTxt.Rules rules) {
            String host = CanonicalUrl.hostKey(url);
            long gap = Math.max(settings.politeness().delay().toMillis(), rules.crawlDelayMillis());
            long asked = System.nanoTime();
            return turns.take(host, gap, siteMillis()).thenCompose(come -> {
                waited += System.nanoTime() - asked;
                if (!come) {
                    return done(Outcome.DEADLINE);
                }
                long millis =
                        Math.min(siteMillis(), settings.limits().deadline().toMillis() - spentMillis());
                return client.get(url, settings.limits().maxBytes(), Math.max(0, millis), PageReader::mayBeHtml)
                        .whenComplete((reply, surprise) -> turns.give(host))
                        .thenCompose(this::judge);
            });
        }

        CompletableFuture<Reading> judge(Reply reply) {
            exchange = reply.exchange();
            if (reply.failure() != null) {
                return done(reply.failure());
            }
            if (exchange.status() < 200 || exchange.status() > 999) {
                return done(Outcome.BAD_RESPONSE);
            }
            String location = reply.redirect();
            if (location != null) {
                return follow(CanonicalUrl.resolve(url, location));
            }
            if (exchange.status() >= 300) {
                return done(Outcome.ofStatus(exchange.status()));
            }
            if (!isHtml(reply.contentType(), exchange.body())) {
                return done(Outcome.NOT_HTML);
            }
            var parsed = CompletableFuture.supplyAsync(() -> Optional.ofNullable(parse(reply)), parsers);
            return inTime(parsed, Optional.empty())
                    .thenCompose(html -> html.isPresent()
                            ? judge(html.get())
                            : done(siteMillis() <= 0 ? Outcome.DEADLINE : Outcome.BAD_RESPONSE));
        }

        HtmlPage parse(Reply reply) {
            return HtmlPage.parse(
                    url,
                    exchange.body(),
                    reply.contentType(),
                    exchange.truncated(),
                    end - System.nanoTime(),
                    System::nanoTime);
        }

        CompletableFuture<Reading> judge(HtmlPage html) {
            if (html.refresh() != null && !html.refresh().equals(url)) {
                return follow(html.refresh());
            }
            return CompletableFuture.completedFuture(
                    new Reading(Outcome.READ, url, html, exchange, spentMillis(), Instant.now()));
        }

        CompletableFuture<Reading> follow(String target) {
            if (target == null) {
                return done(Outcome.BAD_URL);
            }
            boolean again = !visited.add(target);
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
                    new Reading(outcome, url, null, exchange, spentMillis(), Instant.now()));
        }

        long siteMillis() {
            return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }

        long spentMillis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start - waited);
        }
    }

    private static boolean mayBeHtml(String contentType) {
        return kind(contentType) != Kind.OTHER;
    }

    /** Believes a content type that says html unless the body begins like a file of another kind. */
    private static boolean isHtml(String contentType, byte[] body) {
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
