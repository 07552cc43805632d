package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.testdata.LoopbackWeb;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private final AtomicLong now = new AtomicLong();
    private final EmbeddedChannel connection = new EmbeddedChannel();

    @Test
    void aRequestThatWasOnItsWayWhenTheProcessStoodStillIsNotSent() {
        connection.pipeline().addLast(new Standstill(connection.eventLoop(), now::get));
        assertThat(send().isSuccess()).isTrue();

        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(send().cause()).isInstanceOf(Standstill.HeldBack.class);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(send().cause()).isInstanceOf(Standstill.HeldBack.class);

        now.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertThat(send().isSuccess()).isTrue();
    }

    @Test
    void aRequestThatFailsWhileTheProcessStandsStillIsSentAgain() throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        var loop = loops.next();
        var settings = LoopbackCrawl.within(Duration.ofSeconds(1));
        LongSupplier clock = () -> System.nanoTime() + now.get();
        var standstill = new Standstill(loop, clock);
        var turns = new HostTurns(settings.politeness(), loop, clock, standstill);
        try (var web = LoopbackWeb.start();
                var client = new WebClient(settings, loop, standstill)) {
            web.site("joes").page("/", "Welcome").silent("/", 1);
            var polite = new PoliteClient(client, turns, standstill, settings);
            var time = new LookTime(
                    System.nanoTime() + TimeUnit.MINUTES.toNanos(1),
                    settings.limits().deadline().toNanos());

            var reply = polite.send(new Get(web.url("joes", "/"), null, 1_000, type -> true), 0, time);
            await().until(() -> web.requests().size() == 1);
            now.addAndGet(TimeUnit.SECONDS.toNanos(20));

            assertThat(reply.get(1, TimeUnit.MINUTES).status()).isEqualTo(200);
            assertThat(web.requests()).hasSize(2);
        } finally {
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
        }
    }

    private io.netty.channel.ChannelFuture send() {
        return connection.writeAndFlush(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    }
}
