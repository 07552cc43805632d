package dev.tradewind.fetch;

import dev.tradewind.fetch.CrawlSettings.Limits;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.fetch.CrawlSettings.Reach;
import java.time.Duration;
import java.util.List;

/** Settings for crawls of webs on loopback: no waiting, unless a test is about it. */
final class LoopbackCrawl {
    static final Reach LOOPBACK = new Reach(null, List.of("127.0.0.0/8"), true);

    static CrawlSettings within(Duration deadline) {
        return delayed(deadline, Duration.ZERO);
    }

    static CrawlSettings delayed(Duration deadline, Duration delay) {
        return CrawlSettings.defaults()
                .with(LOOPBACK)
                .with(new Politeness(delay, Duration.ZERO, Duration.ofSeconds(30), 1))
                .with(new Limits(5, deadline, Duration.ofSeconds(120), 64 << 10));
    }

    /** Reaches the public web alone, through no proxy. */
    static Reach open() {
        return CrawlSettings.defaults().reach();
    }

    static Reach through(int proxyPort) {
        return new Reach("127.0.0.1:" + proxyPort, List.of(), true);
    }

    private LoopbackCrawl() {}
}
