package dev.tradewind.fetch;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tradewind.fetch.RobotsTxt.Rules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The rules of the origins asked for last. Where there is no more room, those not asked for in longest go first: a visit asks a
 * few times in a row and then never again, so what was asked for often is worth nothing.
 */
final class RecentRules {
    private final long room;
    private final Ticker ticker;
    private final Map<String, Entry> byOrigin = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    /**
     * @param room how much the rules may weigh together
     */
    RecentRules(long room, Ticker ticker) {
        this.room = room;
        this.ticker = ticker;
    }

    /** What is known of an origin, or to be known soon; null if nothing is, and then the caller is to find out. */
    synchronized CompletableFuture<Rules> putIfUnknown(String origin, CompletableFuture<Rules> soon) {
        var entry = byOrigin.get(origin);
        if (entry != null && !entry.isOver(ticker.read())) {
            return entry.rules;
        }
        if (entry != null) {
            weight -= entry.weight;
        }
        byOrigin.put(origin, new Entry(soon));
        return null;
    }

    /** What was found out about an origin, or null if nothing was yet. */
    synchronized Rules known(String origin) {
        var entry = byOrigin.get(origin);
        return entry == null || entry.isOver(ticker.read()) ? null : entry.rules.getNow(null);
    }

    /** What was found out about an origin that was unknown. */
    synchronized void keep(String origin, Rules rules) {
        var entry = byOrigin.get(origin);
        entry.weight = rules.weight();
        entry.end = ticker.read() + rules.remembered().toNanos();
        weight += entry.weight;
        var longestAgoFirst = byOrigin.values().iterator();
        while (weight > room) {
            var candidate = longestAgoFirst.next();
            if (candidate.weight > 0) {
                weight -= candidate.weight;
                longestAgoFirst.remove();
            }
        }
    }

    /** Nothing could be found out about an origin that was unknown. */
    synchronized void forget(String origin) {
        byOrigin.remove(origin);
    }

    private static final class Entry {
        final CompletableFuture<Rules> rules;
        int weight; // 0 as long as nothing is known
        long end;

        Entry(CompletableFuture<Rules> rules) {
            this.rules = rules;
        }

        boolean isOver(long now) {
            return weight > 0 && now - end >= 0;
        }
    }
}
