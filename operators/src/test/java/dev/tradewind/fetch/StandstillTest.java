package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

    private io.netty.channel.ChannelFuture send() {
        return connection.writeAndFlush(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
    }
}
