package dev.tradewind.fetch;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that this process stood still while its clock went on. Its work may have been given to another process
 * meanwhile, and it takes a moment until it is told: for {@link #QUIET} no request may be sent then. As a handler of
 * connections it holds back what was already on its way.
 */
@Sharable
final class Standstill extends ChannelOutboundHandlerAdapter {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(500);
    /** Much shorter than the time after which a process that does not answer is replaced. */
    private static final long NOTICED = TimeUnit.SECONDS.toNanos(3);

    private static final long QUIET = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoTime;
    private long lastTick;
    private long end;
    private int times;

    /** @param timer runs a short task twice a second, until it is shut down */
    Standstill(ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lastTick = nanoTime.getAsLong();
        end = lastTick;
        timer.scheduleWithFixedDelay(() -> end(nanoTime.getAsLong()), TICK, TICK, TimeUnit.NANOSECONDS);
    }

    /** Until when nothing may be sent; a time that is over where there was no standstill. */
    synchronized long end(long now) {
        if (now - lastTick > NOTICED) {
            end = now + QUIET;
            times++;
        }
        lastTick = now;
        return end;
    }

    /** How often this process has stood still by now. */
    synchronized int times() {
        end(nanoTime.getAsLong());
        return times;
    }

    /** A request that was not sent. */
    static final class HeldBack extends RejectedExecutionException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        long now = nanoTime.getAsLong();
        if (message instanceof HttpRequest && now - end(now) < 0) {
            ReferenceCountUtil.release(message);
            promise.setFailure(new HeldBack());
        } else {
            context.write(message, promise);
        }
    }
}
