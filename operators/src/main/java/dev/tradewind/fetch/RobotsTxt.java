package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What each origin's robots.txt allows us, by RFC 9309. It is fetched once for all who ask, remembered for a day, and for
 * half a minute where it could not be had. No robots.txt (4xx, or redirects without end) allows everything; one that cannot
 * be had (5xx, 429, a broken connection) allows nothing. Of its first 500 KiB.
 */
final class RobotsTxt {
    static final int MAX_BYTES = 500 << 10;
    static final Duration REMEMBERED = Duration.ofDays(1);
    static final Duration FAILURE_REMEMBERED = Duration.ofSeconds(30);

    private static final int MAX_REDIRECTS = 5;
    private static final long MAX_CRAWL_DELAY_MILLIS = 30_000;

    /** Across all origins remembered: some 100 MB. */
    private static final long MAX_RULES = 500_000;

    private final WebClient client;
    private final HostTurns turns;
    private final ScheduledExecutorService timer;
    private final Executor parsers;
    private final CrawlSettings settings;
    private final Set<String> robot;
    private final AsyncCache<String, Rules> byOrigin;

    RobotsTxt(
            WebClient client,
            HostTurns turns,
            ScheduledExecutorService timer,
            Executor parsers,
            CrawlSettings settings,
            Ticker ticker) {
        this.client = client;
        this.turns = turns;
        this.timer = timer;
        this.parsers = parsers;
        this.settings = settings;
        robot = Set.of(settings.robot().toLowerCase(Locale.ROOT));
        byOrigin = Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .maximumWeight(MAX_RULES)
                .weigher((String origin, Rules rules) -> rules.weight())
                .expireAfter(Expiry.creating(
                        (String origin, Rules rules) -> rules.failure == null ? REMEMBERED : FAILURE_REMEMBERED))
                .buildAsync();
    }

    /** The rules that {@code url} stands under; the future never fails. */
    CompletableFuture<Rules> rulesFor(String url) {
        return byOrigin.get(CanonicalUrl.origin(url), (origin, executor) -> new Fetch(origin)
                .follow(origin + "/robots.txt", MAX_REDIRECTS, true));
    }

    private final class Fetch {
        final String origin;
        final long end = System.nanoTime() + settings.limits().deadline().toNanos();

        Fetch(String origin) {
            this.origin = origin;
        }

        CompletableFuture<Rules> follow(String url, int redirectsLeft, boolean mayRetry) {
            turns.count(CanonicalUrl.hostKey(url), settings.politeness().delay().toMillis());
            long millisLeft = Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
            return client.get(url, MAX_BYTES, mayRetry ? millisLeft / 2 : millisLeft, type -> true)
                    .thenCompose(reply -> judge(url, reply, redirectsLeft, mayRetry));
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
            if (status == 429 || status >= 500) {
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

        CompletableFuture<Rules> unreachable(String url, int redirectsLeft, boolean mayRetry) {
            long pause = settings.politeness().delay().toNanos();
            if (!mayRetry || System.nanoTime() + pause - end >= 0) {
                return done(Rules.failed(Outcome.ROBOTS_UNREACHABLE));
            }
            var again = new CompletableFuture<Void>();
            timer.schedule(() -> again.complete(null), pause, TimeUnit.NANOSECONDS);
            return again.thenCompose(none -> follow(url, redirectsLeft, false));
        }

        Rules parse(byte[] body, String contentType) {
            try {
                var parser = new SimpleRobotRulesParser(Long.MAX_VALUE, 0);
                return new Rules(parser.parseContent(origin + "/robots.txt", body, contentType, robot), null);
            } catch (RuntimeException e) {
                return Rules.ALLOW_ALL;
            }
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
     */
    record Rules(SimpleRobotRules rules, String failure) {
        static final Rules ALLOW_ALL = new Rules(new SimpleRobotRules(RobotRulesMode.ALLOW_ALL), null);

        static Rules failed(String outcome) {
            return new Rules(null, outcome);
        }

        /** Why {@code url} must not be fetched, or null if it may. */
        String objection(String url) {
            if (failure != null) {
                return failure;
            }
            return rules.isAllowed(url) ? null : Outcome.ROBOTS_DISALLOWED;
        }

        /** Where it says that the site's sitemaps are, as written there. */
        List<String> sitemaps() {
            return rules == null ? List.of() : rules.getSitemaps();
        }

        /** Between two requests, capped at 30 s; 0 where none is asked for. */
        long crawlDelayMillis() {
            return rules == null ? 0 : Math.max(0, Math.min(rules.getCrawlDelay(), MAX_CRAWL_DELAY_MILLIS));
        }

        private int weight() {
            return rules == null
                    ? 1
                    : 5 + rules.getRobotRules().size() + rules.getSitemaps().size();
        }
    }
}
