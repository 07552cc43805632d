package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.Ticker;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRules.RobotRulesMode;
import crawlercommons.robots.SimpleRobotRulesParser;
import dev.tradewind.url.CanonicalUrl;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What each origin's robots.txt allows us, by RFC 9309. It is fetched once for all who ask, remembered for a day, and for
 * half a minute where it could not be had. No robots.txt (4xx, or redirects without end) allows everything; one that cannot
 * be had (5xx, 429, a broken connection) allows nothing. Of its first 500 KiB. Its requests wait for their turn like pages.
 */
final class RobotsTxt {
    static final int MAX_BYTES = 500 << 10;
    static final Duration REMEMBERED = Duration.ofDays(1);
    static final Duration FAILURE_REMEMBERED = Duration.ofSeconds(30);

    private static final int MAX_REDIRECTS = 5;

    /** Across all origins remembered: some 100 MB. */
    private static final long MAX_RULES = 500_000;

    private final PoliteClient client;
    private final HostTurns turns;
    private final Executor parsers;
    private final CrawlSettings settings;
    private final Set<String> robot;
    private final RecentRules recent;

    RobotsTxt(PoliteClient client, HostTurns turns, Executor parsers, CrawlSettings settings, Ticker ticker) {
        this.client = client;
        this.turns = turns;
        this.parsers = parsers;
        this.settings = settings;
        robot = Set.of(settings.robot().toLowerCase(Locale.ROOT));
        recent = new RecentRules(MAX_RULES, ticker);
    }

    /** The rules that {@code url} stands under; the future never fails. */
    CompletableFuture<Rules> rulesFor(String url) {
        var origin = CanonicalUrl.origin(url);
        var soon = new CompletableFuture<Rules>();
        var known = recent.putIfUnknown(origin, soon);
        if (known != null) {
            return known;
        }
        CompletableFuture.completedFuture(new Fetch(origin))
                .thenCompose(fetch -> fetch.follow(origin + "/robots.txt", MAX_REDIRECTS, true))
                .whenComplete((rules, surprise) -> {
                    if (surprise == null) {
                        recent.keep(origin, rules);
                        soon.complete(rules);
                    } else {
                        recent.forget(origin);
                        soon.completeExceptionally(surprise);
                    }
                });
        return soon;
    }

    /** The rules that {@code url} stands under as far as they are known by now, or null. */
    Rules known(String url) {
        return recent.known(CanonicalUrl.origin(url));
    }

    private final class Fetch {
        final String origin;
        final long siteEnd =
                System.nanoTime() + settings.limits().siteDeadline().toNanos();
        long left = settings.limits().deadline().toNanos();

        Fetch(String origin) {
            this.origin = origin;
        }

        CompletableFuture<Rules> follow(String url, int redirectsLeft, boolean mayRetry) {
            var time = new LookTime(siteEnd, mayRetry ? left / 2 : left);
            return client.send(new Get(url, null, MAX_BYTES, type -> true), 0, time)
                    .thenCompose(reply -> {
                        left -= time.spent();
                        return judge(url, reply, redirectsLeft, mayRetry);
                    });
        }

        CompletableFuture<Rules> judge(String url, Reply reply, int redirectsLeft, boolean mayRetry) {
            if (reply.failure() != null) {
                return switch (reply.failure()) {
                    case Outcome.DNS_FAILURE,
                            Outcome.BLOCKED_ADDRESS,
                            Outcome.CONNECT_TIMEOUT,
                            Outcome.CONNECTION_REFUSED,
                            Outcome.TLS_FAILURE -> done(Rules.failed(reply.failure()));
                    case Outcome.CONNECTION_LOST, Outcome.BAD_RESPONSE, Outcome.DEADLINE -> unreachable(
                            url, redirectsLeft, mayRetry);
                    default -> done(Rules.failed(Outcome.ROBOTS_UNREACHABLE));
                };
            }
            int status = reply.exchange().status();
            if (PoliteClient.isTooBusy(status)) {
                return done(Rules.failed(Outcome.ROBOTS_UNREACHABLE));
            }
            if (status >= 500) {
                return unreachable(url, redirectsLeft, mayRetry);
            }
            String location = reply.redirect();
            if (location != null) {
                String target = CanonicalUrl.resolve(url, location);
                return target == null || redirectsLeft == 0
                        ? done(Rules.ALLOW_ALL)
                        : follow(target, redirectsLeft - 1, mayRetry);
            }
            if (status / 100 != 2) {
                return done(Rules.ALLOW_ALL);
            }
            return CompletableFuture.supplyAsync(() -> parse(reply.exchange().body(), reply.contentType()), parsers);
        }

        Rules parse(byte[] body, String contentType) {
            Rules rules = Rules.parse(
                    origin, body, contentType, robot, settings.politeness().maxDelay());
            if (rules.crawlDelayMillis > 0) {
                turns.count(CanonicalUrl.hostKey(origin + "/"), rules.crawlDelayMillis);
            }
            return rules;
        }

        CompletableFuture<Rules> unreachable(String url, int redirectsLeft, boolean mayRetry) {
            return mayRetry ? follow(url, redirectsLeft, false) : done(Rules.failed(Outcome.ROBOTS_UNREACHABLE));
        }
    }

    private static CompletableFuture<Rules> done(Rules rules) {
        return CompletableFuture.completedFuture(rules);
    }

    /**
     * One origin's rules.
     *
     * @param rules null if they could not be had
     * @param failure the {@link Outcome} for every page of the origin, or null
     * @param crawlDelayMillis that the origin asks for between two requests, or 0
     * @param crawlDelayTooLong whether it asks for more than we wait
     */
    record Rules(SimpleRobotRules rules, String failure, long crawlDelayMillis, boolean crawlDelayTooLong) {
        static final Rules ALLOW_ALL = new Rules(new SimpleRobotRules(RobotRulesMode.ALLOW_ALL), null, 0, false);

        /** Never throws; what cannot be read at all allows everything. */
        static Rules parse(String origin, byte[] body, String contentType, Set<String> robot, Duration maxDelay) {
            SimpleRobotRules parsed;
            try {
                var parser = new SimpleRobotRulesParser(Long.MAX_VALUE, 0);
                parsed = parser.parseContent(origin + "/robots.txt", body, contentType, robot);
            } catch (RuntimeException e) {
                return ALLOW_ALL;
            }
            long crawlDelay = Math.max(0, parsed.getCrawlDelay());
            boolean tooLong = crawlDelay > maxDelay.toMillis();
            return new Rules(parsed, null, tooLong ? 0 : crawlDelay, tooLong);
        }

        static Rules failed(String outcome) {
            return new Rules(null, outcome, 0, false);
        }

        /** Why {@code url} must not be fetched, or null if it may. */
        String objection(String url) {
            if (failure != null) {
                return failure;
            }
            if (!rules.isAllowed(url)) {
                return Outcome.ROBOTS_DISALLOWED;
            }
            return crawlDelayTooLong ? Outcome.CRAWL_DELAY_TOO_LONG : null;
        }

        /** Where it says that the site's sitemaps are, as written there. */
        List<String> sitemaps() {
            return rules == null ? List.of() : rules.getSitemaps();
        }

        Duration remembered() {
            return failure == null ? REMEMBERED : FAILURE_REMEMBERED;
        }

        int weight() {
            return rules == null
                    ? 1
                    : 5 + rules.getRobotRules().size() + rules.getSitemaps().size();
        }
    }
}
