package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.shared.PerTaskManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A hold on the machinery that all fetches of a task manager with the same settings share: connections, the turns of hosts,
 * robots rules and the threads that read html. The last one closed closes the machinery.
 */
public final class Crawler implements AutoCloseable {
    private static final PerTaskManager<CrawlSettings, Machinery> RUNNING = new PerTaskManager<>();

    private final CrawlSettings settings;
    private final Machinery machinery;
    private boolean closed;

    private Crawler(CrawlSettings settings) {
        this.settings = settings;
        machinery = RUNNING.acquire(settings, Machinery::new);
    }

    public static Crawler open(CrawlSettings settings) {
        return new Crawler(settings);
    }

    SiteWalk walk(PageRequest request) {
        if (request.looked().pages() > 0) {
            // Another task manager may have asked its host a moment ago.
            machinery.turns.count(
                    request.host(), Math.max(settings.politeness().delay().toMillis(), request.crawlDelayMillis()));
        }
        return new SiteWalk(
                machinery.reader, machinery.sitemap, settings.limits().pages(), request);
    }

    /**
     * Of the hosts that these walks ask, those to be left alone for longer than the plain delay, now or between any two requests,
     * and those that may turn out to want that: their robots.txt may be read after the checkpoint.
     */
    List<RestingHost> resting(Collection<SiteWalk> walks) {
        long now = System.currentTimeMillis();
        var resting = new HashMap<String, RestingHost>();
        for (var walk : walks) {
            String host = walk.request().host();
            HostTurns.Rest rest = machinery.turns.restOf(host);
            long gap = gap(walk.request());
            var known = rest == null
                    ? new RestingHost(host, now, Outcome.DEADLINE, gap)
                    : new RestingHost(host, now + rest.millis(), rest.outcome(), gap);
            if (rest != null || gap > 0) {
                resting.merge(host, known, (one, other) -> one.gap() > other.gap() ? one : other);
            }
        }
        return List.copyOf(resting.values());
    }

    private long gap(PageRequest request) {
        RobotsTxt.Rules rules =
                machinery.robots.known(request.candidates().get(0).url());
        long crawlDelay = rules != null
                ? rules.crawlDelayMillis()
                : request.looked().pages() > 0 ? request.crawlDelayMillis() : longestCrawlDelay();
        boolean longer = crawlDelay > settings.politeness().delay().toMillis();
        return Math.max(machinery.turns.gapOf(request.host()), longer ? crawlDelay : 0);
    }

    /** What a host may ask for at most whose visit has the time to wait for it. */
    private long longestCrawlDelay() {
        return Math.min(
                settings.politeness().maxDelay().toMillis(),
                settings.limits().siteDeadline().toMillis() / 2);
    }

    /** Its last request may have been sent after the checkpoint: it counts as just asked. */
    void rest(RestingHost host) {
        long millis = Math.max(host.gap(), host.until() - System.currentTimeMillis());
        if (millis > 0) {
            machinery.turns.rest(host.host(), new HostTurns.Rest(millis, host.outcome()));
        }
    }

    /** How many requests of this task manager wait for their turn. */
    int requestsWaiting() {
        return machinery.turns.waiting();
    }

    /** How often a host told this task manager that it is too busy. */
    long backOffs() {
        return machinery.turns.backOffs();
    }

    PageReader reader() {
        return machinery.reader;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            RUNNING.release(settings);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Machinery implements AutoCloseable {
        final EventLoopGroup loops;
        final ExecutorService parsers;
        final WebClient client;
        final HostTurns turns;
        final RobotsTxt robots;
        final PageReader reader;
        final Sitemap sitemap;

        Machinery(CrawlSettings settings) {
            loops = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("tradewind-turns", true), NioIoHandler.newFactory());
            parsers = Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("tradewind-html", true));
            var loop = loops.next();
            var standstill = new Standstill(loop, System::nanoTime);
            client = new WebClient(settings, loop, standstill);
            turns = new HostTurns(settings.politeness(), loop, System::nanoTime, standstill);
            var polite = new PoliteClient(client, turns, standstill, settings);
            robots = new RobotsTxt(polite, turns, parsers, settings, Ticker.systemTicker());
            reader = new PageReader(polite, robots, loop, parsers, settings);
            sitemap = new Sitemap(reader, parsers, settings.limits().maxBytes());
        }

        @Override
        public void close() throws IOException {
            parsers.shutdownNow();
            client.close();
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
