package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.shared.PerTaskManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
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
        return new SiteWalk(
                machinery.reader, machinery.sitemap, settings.limits().pages(), request);
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
        final PageReader reader;
        final Sitemap sitemap;

        Machinery(CrawlSettings settings) {
            loops = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("tradewind-turns", true), NioIoHandler.newFactory());
            parsers = Executors.newFixedThreadPool(
                    Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("tradewind-html", true));
            var loop = loops.next();
            client = new WebClient(settings, loop);
            var turns = new HostTurns(settings.politeness().perHost(), loop, System::nanoTime);
            var robots = new RobotsTxt(client, turns, loop, parsers, settings, Ticker.systemTicker());
            reader = new PageReader(client, robots, turns, loop, parsers, settings);
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
