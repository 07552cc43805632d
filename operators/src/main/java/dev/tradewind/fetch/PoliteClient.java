package dev.tradewind.fetch;

import dev.tradewind.fetch.WebClient.Place;
import dev.tradewind.url.CanonicalUrl;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a GET when its host's and its address's turn has come, and comes back where the host is too busy (429, 503): after
 * as long as it asks for, at most three times, unless that is longer than the longest delay or than its site has time. What
 * failed while this process stood still is tried again: it says nothing of the host.
 */
final class PoliteClient {
    private static final int TRIES = 4;
    private static final int ADDRESSES = 3;

    private final WebClient client;
    private final HostTurns turns;
    private final Standstill standstill;
    private final long maxDelayMillis;

    PoliteClient(WebClient client, HostTurns turns, Standstill standstill, CrawlSettings settings) {
        this.client = client;
        this.turns = turns;
        this.standstill = standstill;
        maxDelayMillis = settings.politeness().maxDelay().toMillis();
    }

    /**
     * The reply; the future fails only on a programming error. It says too busy, too, where no request was sent because the
     * host asked to be left alone.
     *
     * @param crawlDelayMillis what the host asks for between two requests, or 0
     */
    CompletableFuture<Reply> send(Get get, long crawlDelayMillis, LookTime time) {
        return new Errand(get, crawlDelayMillis, time).go();
    }

    /** Whether a host is too busy, and no more than that. */
    static boolean isTooBusy(int status) {
        return status == 429 || status == 503;
    }

    private final class Errand {
        final Get get;
        final String host;
        final long crawlDelayMillis;
        final LookTime time;
        Place place;
        int address;
        int tries;
        long rest;
        Reply tooBusy;
        boolean cameStale;

        Errand(Get get, long crawlDelayMillis, LookTime time) {
            this.get = get;
            this.crawlDelayMillis = crawlDelayMillis;
            this.time = time;
            host = CanonicalUrl.hostKey(get.url());
        }

        CompletableFuture<Reply> go() {
            int standstills = standstill.times();
            long asked = System.nanoTime();
            return client.find(get.url(), time.millis()).thenCompose(found -> {
                place = found;
                if (found.failure() == null) {
                    return whenItsTurnComes();
                }
                return stoodStill(standstills, asked) ? go() : done(Reply.failed(found.failure()));
            });
        }

        CompletableFuture<Reply> whenItsTurnComes() {
            InetAddress there = place.address(address);
            int standstills = standstill.times();
            long asked = System.nanoTime();
            return turns.take(host, there, crawlDelayMillis, time.siteMillis()).thenCompose(objection -> {
                long now = System.nanoTime();
                time.waited(now - asked);
                if (objection != null) {
                    return done(tooBusy != null ? tooBusy : Reply.failed(objection));
                }
                long left = time.millis();
                if (left == 0) {
                    turns.give(host, 0, 0);
                    return done(Reply.failed(Outcome.DEADLINE));
                }
                return client.send(get, there, left)
                        .whenComplete((reply, surprise) -> giveBack(reply, System.nanoTime() - now))
                        .thenCompose(reply -> reply.failure() != null && stoodStill(standstills, now)
                                ? whenItsTurnComes()
                                : judge(reply));
            });
        }

        /** Whether this process stood still meanwhile: then the look's own time did, too. */
        boolean stoodStill(int standstillsBefore, long since) {
            boolean stoodStill = standstill.times() > standstillsBefore;
            if (stoodStill) {
                time.waited(System.nanoTime() - since);
            }
            return stoodStill;
        }

        /** Before anyone else can take the next turn. */
        void giveBack(Reply reply, long nanos) {
            int status = reply == null ? 0 : reply.status();
            if (isTooBusy(status)) {
                rest = turns.backOff(host, reply.retryAfterMillis(), Outcome.ofStatus(status));
            }
            turns.give(host, nanos, status);
        }

        CompletableFuture<Reply> judge(Reply reply) {
            if (isTooBusy(reply.status()) && ++tries < TRIES && rest <= Math.min(maxDelayMillis, time.siteMillis())) {
                tooBusy = reply;
                return go();
            }
            if (reply.stale() && !cameStale) {
                cameStale = true;
                return whenItsTurnComes();
            }
            if (reply.neverConnected()
                    && address + 1 < Math.min(place.addresses().size(), ADDRESSES)) {
                address++;
                return whenItsTurnComes();
            }
            return done(reply);
        }
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
