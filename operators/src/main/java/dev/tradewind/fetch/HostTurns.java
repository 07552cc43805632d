package dev.tradewind.fetch;

import dev.tradewind.fetch.CrawlSettings.Politeness;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets requests pass when both their host and the address they go to may be asked again. The turns of one host come in the
 * order asked, each no sooner than the host's gap after the last one began or ended; the turns of one address begin
 * {@link Politeness#addressDelay} apart, whatever hosts they are for. A host whose gap is not over does not stand in an
 * address's line, so it holds up no other host there.
 *
 * <p>A host's gap is the longest of the delay, what its turns asked for, and twice its smoothed latency (at most five times
 * the delay). Of a host that nothing is known of, its gap counts from when this object was made: whoever asked before we
 * were started may have been our predecessor. After a standstill of the process no turn begins for a while: see
 * {@link Standstill}.
 *
 * <p>Waiting holds no thread. Hosts and addresses are forgotten once nobody waits for them and their gap is over.
 */
final class HostTurns {
    private static final long SHORTEST_BACK_OFF = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST_REST = TimeUnit.HOURS.toNanos(1);

    private final long delay;
    private final long addressDelay;
    private final long maxDelay;
    private final int perHost;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final long opened;
    private final Standstill standstill;
    private final Map<String, HostLine> hosts = new HashMap<>();
    private final Map<InetAddress, AddressLine> addresses = new HashMap<>();
    private int waiting;
    private long backOffs;

    HostTurns(Politeness politeness, ScheduledExecutorService timer, LongSupplier nanoTime, Standstill standstill) {
        delay = politeness.delay().toNanos();
        addressDelay = politeness.addressDelay().toNanos();
        maxDelay = politeness.maxDelay().toNanos();
        perHost = politeness.perHost();
        this.timer = timer;
        this.nanoTime = nanoTime;
        opened = nanoTime.getAsLong();
        this.standstill = standstill;
    }

    /**
     * Why a host is to be left alone, and for how long.
     *
     * @param outcome of a request that cannot wait so long
     */
    record Rest(long millis, String outcome) {}

    /**
     * Waits for the next turn of a host at an address.
     *
     * @param address null where it is not known or does not count
     * @param gapMillis that the host asks for between two requests, 0 if it asks for nothing
     * @param waitMillis how long to wait at most
     * @return null when the turn has come, which must be {@link #give given} back; else the {@link Outcome} that says why it
     *     will not come in time
     */
    CompletableFuture<String> take(String host, InetAddress address, long gapMillis, long waitMillis) {
        var called = new ArrayList<Waiter>(1);
        var waiter = new Waiter(host, addressDelay == 0 ? null : address);
        synchronized (this) {
            long now = nanoTime.getAsLong();
            HostLine line = line(host);
            line.gap = Math.max(line.gap, TimeUnit.MILLISECONDS.toNanos(gapMillis));
            long wait = line.due(now) - now + line.waiting.size() * line.gap();
            if (wait > TimeUnit.MILLISECONDS.toNanos(waitMillis)) {
                waiter.turn.complete(line.objection(now));
            } else {
                line.waiting.add(waiter);
                waiting++;
            }
            settle(host, line, now, called);
            if (called.remove(waiter)) {
                waiter.turn.complete(null);
            } else if (!waiter.turn.isDone()) {
                waiter.patience = timer.schedule(() -> lose(waiter), waitMillis, TimeUnit.MILLISECONDS);
            }
        }
        call(called);
        return waiter.turn;
    }

    /**
     * Gives a turn back.
     *
     * @param nanos how long it took
     * @param status what the host answered with, 0 if it did not
     */
    void give(String host, long nanos, int status) {
        var called = new ArrayList<Waiter>(1);
        synchronized (this) {
            long now = nanoTime.getAsLong();
            HostLine line = hosts.get(host);
            line.running--;
            line.last = now;
            line.learn(nanos, status, now);
            settle(host, line, now, called);
        }
        call(called);
    }

    /** Counts a request to a host that others have sent: the next turn starts no sooner than a gap from now. */
    void count(String host, long gapMillis) {
        var called = new ArrayList<Waiter>(1);
        synchronized (this) {
            long now = nanoTime.getAsLong();
            HostLine line = line(host);
            line.last = now;
            line.gap = Math.max(line.gap, TimeUnit.MILLISECONDS.toNanos(gapMillis));
            settle(host, line, now, called);
        }
        call(called);
    }

    /**
     * Lets a host that is too busy rest: at first for twice the delay, at least 200 ms, then each time twice as long and a
     * little more, up to the longest delay; but as long as it asked for, up to an hour. To be called by who holds its turn.
     *
     * @param askedMillis how long the host asked to be left alone, or 0
     * @param outcome of a request that cannot wait so long
     * @return the rest in milliseconds
     */
    long backOff(String host, long askedMillis, String outcome) {
        synchronized (this) {
            HostLine line = hosts.get(host);
            long longer = Math.max(2 * delay, SHORTEST_BACK_OFF) << Math.min(line.backOffs, 16);
            longer += ThreadLocalRandom.current().nextLong(longer / 2);
            line.backOffs++;
            backOffs++;
            long rest = Math.max(Math.min(longer, maxDelay), TimeUnit.MILLISECONDS.toNanos(askedMillis));
            return TimeUnit.NANOSECONDS.toMillis(line.rest(nanoTime.getAsLong(), rest, outcome));
        }
    }

    /** Lets a host rest, as long as that was, up to an hour. */
    void rest(String host, Rest rest) {
        var called = new ArrayList<Waiter>(0);
        synchronized (this) {
            long now = nanoTime.getAsLong();
            HostLine line = line(host);
            line.rest(now, TimeUnit.MILLISECONDS.toNanos(rest.millis), rest.outcome);
            settle(host, line, now, called);
        }
        call(called);
    }

    /** How long a host is to be left alone yet, or null if that is not longer than the plain delay. */
    synchronized Rest restOf(String host) {
        HostLine line = hosts.get(host);
        if (line == null) {
            return null;
        }
        long now = nanoTime.getAsLong();
        long left = line.due(now) - now;
        return left > delay ? new Rest(TimeUnit.NANOSECONDS.toMillis(left), line.objection(now)) : null;
    }

    /** What a host asked for between two requests, in milliseconds; 0 if that is not longer than the plain delay. */
    synchronized long gapOf(String host) {
        HostLine line = hosts.get(host);
        return line == null || line.gap <= delay ? 0 : TimeUnit.NANOSECONDS.toMillis(line.gap);
    }

    /** How many requests wait for their turn. */
    synchronized int waiting() {
        return waiting;
    }

    /** How often a host was found too busy. */
    synchronized long backOffs() {
        return backOffs;
    }

    /** How many hosts and addresses are remembered. */
    synchronized int remembered() {
        return hosts.size() + addresses.size();
    }

    private HostLine line(String host) {
        return hosts.computeIfAbsent(host, name -> new HostLine());
    }

    private void lose(Waiter waiter) {
        var called = new ArrayList<Waiter>(1);
        String objection;
        synchronized (this) {
            HostLine line = hosts.get(waiter.host);
            if (line == null || !line.waiting.remove(waiter)) {
                return;
            }
            waiting--;
            long now = nanoTime.getAsLong();
            objection = line.objection(now);
            if (line.atAddress == waiter) {
                line.atAddress = null;
                addresses.get(waiter.address).waiting.remove(waiter);
            }
            settle(waiter.host, line, now, called);
        }
        waiter.turn.complete(objection);
        call(called);
    }

    /** Calls who may go now, arms what is to happen later, forgets the line if there is nothing more to know of it. */
    private void settle(String host, HostLine line, long now, List<Waiter> called) {
        while (line.isReady(now) && line.atAddress == null && !line.waiting.isEmpty()) {
            Waiter waiter = line.waiting.peek();
            if (waiter.address == null) {
                start(line, now, called);
            } else {
                line.atAddress = waiter;
                AddressLine there = addresses.computeIfAbsent(waiter.address, address -> new AddressLine(now));
                there.waiting.add(waiter);
                settle(waiter.address, there, now, called);
            }
        }
        boolean idle = line.running == 0 && line.waiting.isEmpty();
        boolean due = now - line.due(now) >= 0;
        if (idle && due) {
            hosts.remove(host, line);
        } else if (!due && !line.armed && (idle || line.running < perHost && !line.waiting.isEmpty())) {
            line.armed = true;
            timer.schedule(() -> wake(host, line), line.due(now) - now, TimeUnit.NANOSECONDS);
        }
    }

    private void settle(InetAddress address, AddressLine line, long now, List<Waiter> called) {
        while (!line.waiting.isEmpty() && now - line.next >= 0) {
            Waiter waiter = line.waiting.poll();
            HostLine host = hosts.get(waiter.host);
            host.atAddress = null;
            if (host.isReady(now)) {
                line.next = now + addressDelay;
                start(host, now, called);
            }
            settle(waiter.host, host, now, called);
        }
        if (line.waiting.isEmpty() && now - line.next >= 0) {
            addresses.remove(address, line);
        } else if (!line.armed) {
            line.armed = true;
            timer.schedule(() -> wake(address, line), line.next - now, TimeUnit.NANOSECONDS);
        }
    }

    private void start(HostLine line, long now, List<Waiter> called) {
        called.add(line.waiting.poll());
        waiting--;
        line.running++;
        line.last = now;
    }

    private void wake(String host, HostLine line) {
        var called = new ArrayList<Waiter>(1);
        synchronized (this) {
            line.armed = false;
            settle(host, line, nanoTime.getAsLong(), called);
        }
        call(called);
    }

    private void wake(InetAddress address, AddressLine line) {
        var called = new ArrayList<Waiter>(1);
        synchronized (this) {
            line.armed = false;
            settle(address, line, nanoTime.getAsLong(), called);
        }
        call(called);
    }

    /** Outside the lock, because what follows runs in here. */
    private static void call(List<Waiter> called) {
        for (Waiter waiter : called) {
            waiter.patience.cancel(false);
            waiter.turn.complete(null);
        }
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }

    private final class HostLine {
        final Deque<Waiter> waiting = new ArrayDeque<>();
        Waiter atAddress;
        int running;
        long last = opened;
        long gap = delay;
        long latency;
        long restEnd = opened;
        String restOutcome;
        int backOffs;
        boolean armed;

        long gap() {
            return Math.max(gap, Math.min(2 * latency, 5 * delay));
        }

        long due(long now) {
            return later(standstill.end(now), later(restEnd, last + gap()));
        }

        boolean isReady(long now) {
            return running < perHost && now - due(now) >= 0;
        }

        String objection(long now) {
            return now - restEnd < 0 ? restOutcome : Outcome.DEADLINE;
        }

        /** Like Scrapy's AutoThrottle: up at once, down by half, and never down for an answer that is no page. */
        void learn(long nanos, int status, long now) {
            long smoothed = Math.max(nanos, (latency + nanos) / 2);
            if (smoothed > latency || status == 200) {
                latency = smoothed;
            }
            if (status != 0 && now - restEnd >= 0) {
                backOffs = 0;
            }
        }

        long rest(long now, long nanos, String outcome) {
            long end = now + Math.min(nanos, LONGEST_REST);
            if (end - restEnd > 0) {
                restEnd = end;
                restOutcome = outcome;
            }
            return restEnd - now;
        }
    }

    private static final class AddressLine {
        final Deque<Waiter> waiting = new ArrayDeque<>();
        long next;
        boolean armed;

        AddressLine(long now) {
            next = now;
        }
    }

    private static final class Waiter {
        final CompletableFuture<String> turn = new CompletableFuture<>();
        final String host;
        final InetAddress address;
        Future<?> patience;

        Waiter(String host, InetAddress address) {
            this.host = host;
            this.address = address;
        }
    }
}
