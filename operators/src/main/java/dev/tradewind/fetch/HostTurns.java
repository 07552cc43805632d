package dev.tradewind.fetch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets requests to one host pass one after the other, in the order asked, with a gap between their starts. Waiting holds no
 * thread. A host is forgotten once nobody waits for it and its gap is over.
 */
final class HostTurns {
    private final int perHost;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Map<String, Line> lines = new HashMap<>();

    /** @param perHost how many turns of one host may be taken at once */
    HostTurns(int perHost, ScheduledExecutorService timer, LongSupplier nanoTime) {
        this.perHost = perHost;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /**
     * Waits for the host's next turn.
     *
     * @param gapMillis until the turn after this one may start
     * @param waitMillis how long to wait at most
     * @return true when the turn has come, which must be {@link #give given} back; false when it will not come in time
     */
    CompletableFuture<Boolean> take(String host, long gapMillis, long waitMillis) {
        var waiter = new Waiter(TimeUnit.MILLISECONDS.toNanos(gapMillis));
        synchronized (this) {
            Line line = lines.computeIfAbsent(host, name -> new Line(nanoTime.getAsLong()));
            long wait = line.next - nanoTime.getAsLong() + line.waiting.size() * waiter.gap;
            if (wait > TimeUnit.MILLISECONDS.toNanos(waitMillis)) {
                return CompletableFuture.completedFuture(false);
            }
            line.waiting.add(waiter);
            waiter.patience = timer.schedule(() -> lose(host, waiter), waitMillis, TimeUnit.MILLISECONDS);
        }
        advance(host);
        return waiter.turn;
    }

    /** Gives a turn back. */
    void give(String host) {
        synchronized (this) {
            lines.get(host).running--;
        }
        advance(host);
    }

    /** Counts a request that did not wait for its turn: the next turn starts no sooner than a gap from now. */
    void count(String host, long gapMillis) {
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Line line = lines.computeIfAbsent(host, name -> new Line(now));
            long next = now + TimeUnit.MILLISECONDS.toNanos(gapMillis);
            line.next = next - line.next > 0 ? next : line.next;
        }
        advance(host);
    }

    /** How many hosts are remembered. */
    synchronized int hosts() {
        return lines.size();
    }

    private void lose(String host, Waiter waiter) {
        boolean lost;
        synchronized (this) {
            Line line = lines.get(host);
            lost = line != null && line.waiting.remove(waiter);
        }
        if (lost) {
            waiter.turn.complete(false);
            advance(host);
        }
    }

    private void advance(String host) {
        List<Waiter> called = new ArrayList<>(1);
        synchronized (this) {
            Line line = lines.get(host);
            if (line == null) {
                return;
            }
            long now = nanoTime.getAsLong();
            while (line.running < perHost && !line.waiting.isEmpty() && now - line.next >= 0) {
                Waiter waiter = line.waiting.poll();
                waiter.patience.cancel(false);
                line.running++;
                line.next = now + waiter.gap;
                called.add(waiter);
            }
            boolean idle = line.running == 0 && line.waiting.isEmpty();
            if (idle && now - line.next >= 0) {
                lines.remove(host);
            } else if (!line.armed && (idle || line.running < perHost && !line.waiting.isEmpty())) {
                line.armed = true;
                timer.schedule(() -> wake(host, line), line.next - now, TimeUnit.NANOSECONDS);
            }
        }
        called.forEach(waiter -> waiter.turn.complete(true));
    }

    private void wake(String host, Line line) {
        synchronized (this) {
            line.armed = false;
        }
        advance(host);
    }

    private static final class Line {
        final Deque<Waiter> waiting = new ArrayDeque<>();
        int running;
        long next;
        boolean armed;

        Line(long now) {
            next = now;
        }
    }

    private static final class Waiter {
        final CompletableFuture<Boolean> turn = new CompletableFuture<>();
        final long gap;
        Future<?> patience;

        Waiter(long gap) {
            this.gap = gap;
        }
    }
}
