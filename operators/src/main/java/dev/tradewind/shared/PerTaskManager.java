package dev.tradewind.shared;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Values that all operators of one task manager share, one for each key: made by whoever acquires a key first, closed
 * when as many released it as had acquired it. Hold it in a static field.
 *
 * <p>Values are made and closed under one lock: a key acquired while its last value is being closed waits and gets a new
 * one, and so does, for that long, every other key.
 */
public final class PerTaskManager<K, V extends AutoCloseable> {
    private final Map<K, Held<V>> held = new HashMap<>();

    /**
     * Gives the value for {@code key}, made by {@code factory} if nobody holds one. Each call wants one {@link #release}.
     *
     * @throws RuntimeException what the factory throws; the key is then held no more than before
     */
    public synchronized V acquire(K key, Function<? super K, ? extends V> factory) {
        Held<V> found = held.get(key);
        if (found == null) {
            found = new Held<>(factory.apply(key));
            held.put(key, found);
        }
        found.holders++;
        return found.value;
    }

    /**
     * Gives one hold on {@code key} back and closes its value if that was the last.
     *
     * @throws IllegalStateException if nobody holds the key
     * @throws Exception what closing the value throws; the key is free nevertheless
     */
    public synchronized void release(K key) throws Exception {
        Held<V> found = held.get(key);
        if (found == null) {
            throw new IllegalStateException("Released more often than acquired: " + key);
        }
        if (--found.holders == 0) {
            held.remove(key);
            found.value.close();
        }
    }

    private static final class Held<V> {
        final V value;
        int holders;

        Held(V value) {
            this.value = value;
        }
    }
}
