package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.testdata.LoopbackWeb;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A site's answer where all threads that read html are taken: the test is the only one, and takes work when it likes. */
class ParseDeadlineTest {
    private static final CrawlSettings SETTINGS = LoopbackCrawl.within(Duration.ofSeconds(10));
    private static final String HTML = "<title>Joe's</title><p>Drains cleared since 1974<a href=/about>About us</a>";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final LoopbackWeb web = LoopbackWeb.start();
    private WebClient client;
    private PageReader reader;

    @BeforeEach
    void open() throws Exception {
        var loop = loops.next();
        var standstill = new Standstill(loop, System::nanoTime);
        client = new WebClient(SETTINGS, loop, standstill);
        var turns = new HostTurns(SETTINGS.politeness(), loop, System::nanoTime, standstill);
        var polite = new PoliteClient(client, turns, standstill, SETTINGS);
        var robots = new RobotsTxt(polite, turns, Runnable::run, SETTINGS, Ticker.systemTicker());
        reader = new PageReader(polite, robots, loop, work::add, SETTINGS);
        web.site("joes").page("/", HTML).page("/about", HTML);
        var first = reader.read(web.url("joes", "/about"), false, Set.of(), 60_000);
        work.take().run();
        assertThat(first.join().outcome()).isEqualTo("read");
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        web.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aSiteWhosePageNobodyHasTimeToReadGetsItsAnswerAtItsDeadline() {
        var reading = reader.read(web.url("joes", "/"), true, Set.of(), 3_000).join();

        assertThat(reading.outcome()).isEqualTo("deadline");
        assertThat(reading.exchange().status()).isEqualTo(200);
        assertThat(work).hasSize(1);
    }

    @Test
    void whatIsReadTooLateIsNotFollowed() {
        web.site("joes").page("/", "<meta http-equiv=refresh content='0; url=/about'>" + HTML);
        reader.read(web.url("joes", "/"), true, Set.of(), 3_000).join();
        int before = web.requests().size();

        work.remove().run();

        assertThat(work).isEmpty();
        assertThat(web.requests()).hasSize(before);
    }
}
