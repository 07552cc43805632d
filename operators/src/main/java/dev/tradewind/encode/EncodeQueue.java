package dev.tradewind.encode;

import ai.onnxruntime.OrtException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Gathers the segments of everyone who asks and encodes them in batches: segments of one length run together, under a
 * budget of tokens, so nothing is padded and every core has work. A segment that many ask for while it waits is encoded
 * once, and vectors are remembered as long as there is room.
 */
public final class EncodeQueue implements AutoCloseable {
    /** So many linger times a segment of a rare length lets others go first. */
    private static final int PATIENCE = 50;

    private static final int BYTES_OF_AN_ENTRY = 150;

    /**
     * How the queue works.
     *
     * @param capacity segments that may wait; who brings more waits too
     * @param lingerMillis how long a segment waits for company, in milliseconds
     * @param tokenBudget most tokens in one call of the encoder, unless one segment alone has more
     * @param threads how many calls run at a time
     * @param rememberedBytes room for vectors that may be wanted again, in bytes
     */
    public record Settings(int capacity, int lingerMillis, int tokenBudget, int threads, long rememberedBytes) {
        public Settings {
            if (capacity < 1 || lingerMillis < 0 || tokenBudget < 1 || threads < 1 || rememberedBytes < 0) {
                throw new IllegalArgumentException("Not a way to queue: " + capacity + " segments, " + lingerMillis
                        + " ms, " + tokenBudget + " tokens, " + threads + " threads, " + rememberedBytes + " bytes");
            }
        }
    }

    /** One call of the encoder that went well. */
    public record Batch(int segments, int tokens, long millis) {}

    /** How many vectors were asked for, and how many of those were there already or on their way. */
    public record Remembered(long asked, long hits) {}

    private record Waiting(Tokens tokens, CompletableFuture<float[]> vector, long since) {}

    private final SegmentEncoder encoder;
    private final Settings settings;
    private final Cache<Tokens, float[]> remembered;
    private final List<Consumer<Batch>> listeners = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Map<Tokens, Waiting> waiting = new LinkedHashMap<>();
    private final TreeMap<Integer, ArrayDeque<Waiting>> byLength = new TreeMap<>();
    private final Map<Tokens, CompletableFuture<float[]>> running = new HashMap<>();
    private long asked;
    private long hits;
    private boolean closed;

    /** Starts the threads; the encoder is the queue's from now on and closed with it. */
    public EncodeQueue(SegmentEncoder encoder, Settings settings) {
        this.encoder = encoder;
        this.settings = settings;
        this.remembered = Caffeine.newBuilder()
                .maximumWeight(settings.rememberedBytes)
                .weigher((Tokens tokens, float[] vector) ->
                        BYTES_OF_AN_ENTRY + Integer.BYTES * tokens.length() + Float.BYTES * vector.length)
                .executor(Runnable::run)
                .build();
        for (int i = 0; i < settings.threads; i++) {
            var thread = new Thread(this::work, "encode-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /**
     * Asks for a segment's vector. While the queue is full this waits, so it must not be called by what hangs on another
     * vector: that runs in the threads that would make room.
     *
     * @return the vector, shared by all who asked, so not to be written to; or what the encoder threw
     * @throws IllegalStateException if the queue is closed
     * @throws InterruptedException if interrupted while waiting for room; the segment is then not in the queue
     */
    public CompletableFuture<float[]> encode(Tokens tokens) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            asked++;
            while (true) {
                if (closed) {
                    throw new IllegalStateException("The queue is closed");
                }
                CompletableFuture<float[]> known = known(tokens);
                if (known != null) {
                    hits++;
                    return known;
                }
                if (waiting.size() < settings.capacity) {
                    var added = new Waiting(tokens, new CompletableFuture<>(), System.nanoTime());
                    waiting.put(tokens, added);
                    byLength.computeIfAbsent(tokens.length(), length -> new ArrayDeque<>())
                            .add(added);
                    arrived.signal();
                    return added.vector;
                }
                room.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has {@code listener} told of every batch, in the thread that ran it. */
    public void listen(Consumer<Batch> listener) {
        listeners.add(listener);
    }

    public void unlisten(Consumer<Batch> listener) {
        listeners.remove(listener);
    }

    /** How many segments wait now; those in a running call are not counted. */
    public int length() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    public Remembered remembered() {
        lock.lock();
        try {
            return new Remembered(asked, hits);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the calls that run come to their end, fails what still waits, and closes the encoder. */
    @Override
    public void close() throws OrtException {
        List<Waiting> dropped;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            dropped = new ArrayList<>(waiting.values());
            waiting.clear();
            byLength.clear();
            arrived.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        var reason = new IllegalStateException("The queue was closed before this segment's turn");
        dropped.forEach(segment -> segment.vector.completeExceptionally(reason));
        boolean interrupted = false;
        for (Thread thread : threads) {
            interrupted |= joinUninterruptibly(thread);
        }
        encoder.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A session that is closed while a call runs takes the process down, so there is no way but to wait. */
    private static boolean joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private CompletableFuture<float[]> known(Tokens tokens) {
        float[] vector = remembered.getIfPresent(tokens);
        if (vector != null) {
            return CompletableFuture.completedFuture(vector);
        }
        Waiting same = waiting.get(tokens);
        return same != null ? same.vector : running.get(tokens);
    }

    private void work() {
        try {
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                run(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(List<Waiting> batch) {
        List<Tokens> rows = batch.stream().map(Waiting::tokens).toList();
        float[][] vectors = null;
        Throwable fault = null;
        long start = System.nanoTime();
        try {
            vectors = encoder.encode(rows);
            long millis = (System.nanoTime() - start) / 1_000_000;
            var done = new Batch(rows.size(), rows.size() * rows.get(0).length(), millis);
            listeners.forEach(listener -> listener.accept(done));
        } catch (Throwable t) {
            fault = t;
        }
        lock.lock();
        try {
            for (int i = 0; i < rows.size(); i++) {
                if (fault == null) {
                    remembered.put(rows.get(i), vectors[i]);
                }
                running.remove(rows.get(i));
            }
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < batch.size(); i++) {
            if (fault == null) {
                batch.get(i).vector.complete(vectors[i]);
            } else {
                batch.get(i).vector.completeExceptionally(fault);
            }
        }
    }

    /** Waits for the next batch; an empty one says that the queue is closed. */
    private List<Waiting> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                if (waiting.isEmpty()) {
                    arrived.await();
                    continue;
                }
                Waiting oldest = waiting.values().iterator().next();
                long waited = System.nanoTime() - oldest.since;
                long linger = settings.lingerMillis * 1_000_000L;
                ArrayDeque<Waiting> largest = largest();
                boolean full = largest.size() >= mostRows(largest.peek().tokens.length());
                if (waited < linger && !full) {
                    arrived.awaitNanos(linger - waited);
                    continue;
                }
                return take(waited > PATIENCE * linger ? byLength.get(oldest.tokens.length()) : largest);
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    /** The group with the most tokens; of equals the one with the longest segments. */
    private ArrayDeque<Waiting> largest() {
        ArrayDeque<Waiting> largest = null;
        long most = 0;
        for (Map.Entry<Integer, ArrayDeque<Waiting>> group : byLength.entrySet()) {
            long tokens = (long) group.getKey() * group.getValue().size();
            if (tokens >= most) {
                most = tokens;
                largest = group.getValue();
            }
        }
        return largest;
    }

    private int mostRows(int length) {
        return Math.max(1, settings.tokenBudget / length);
    }

    private List<Waiting> take(ArrayDeque<Waiting> group) {
        int length = group.peek().tokens.length();
        int rows = Math.min(group.size(), mostRows(length));
        var batch = new ArrayList<Waiting>(rows);
        for (int i = 0; i < rows; i++) {
            Waiting taken = group.poll();
            waiting.remove(taken.tokens);
            running.put(taken.tokens, taken.vector);
            batch.add(taken);
        }
        if (group.isEmpty()) {
            byLength.remove(length);
        }
        room.signalAll();
        if (!waiting.isEmpty()) {
            arrived.signal();
        }
        return batch;
    }
}
