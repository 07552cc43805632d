package dev.tradewind.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.tradewind.encode.SegmentEncoder.Pooling;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EncodeQueueTest {
    private static final int WORDS = 100;
    private static final int UNKNOWN_TO_THE_GRAPH = 1_000_000;
    private static final int ROOMY = 10_000;
    private static final int FOREVER = 1_000_000;

    private final List<EncodeQueue.Batch> batches = Collections.synchronizedList(new ArrayList<>());
    private EncodeQueue queue;

    @AfterEach
    void close() throws Exception {
        if (queue != null) {
            queue.close();
        }
    }

    @Test
    void givesASegmentTheSameVectorWhateverStandsBesideIt() throws Exception {
        var random = new Random(5);
        List<Tokens> segments = randomSegments(random, 400);
        open(ROOMY, 5, 128, 2);

        var vectors = new ArrayList<CompletableFuture<float[]>>();
        for (Tokens segment : segments) {
            vectors.add(queue.encode(segment));
        }

        try (SegmentEncoder alone = encoder()) {
            for (int i = 0; i < segments.size(); i++) {
                assertThat(vectors.get(i).get())
                        .containsExactly(alone.encode(List.of(segments.get(i)))[0], within(1e-5f));
            }
        }
        assertThat(batches).hasSizeLessThan(segments.size());
    }

    @Test
    void runsSegmentsOfOneLengthTogetherWithinTheBudget() throws Exception {
        List<Tokens> segments = randomSegments(new Random(6), 300);
        open(ROOMY, 5, 64, 1);

        all(segments);

        assertThat(batches).allMatch(batch -> batch.tokens() % batch.segments() == 0 && batch.tokens() <= 64);
        assertThat(batches.stream().mapToInt(EncodeQueue.Batch::segments).sum())
                .isEqualTo((int) segments.stream().distinct().count());
    }

    @Test
    void runsASegmentThatIsLongerThanTheBudgetAlone() throws Exception {
        open(ROOMY, 0, 4, 1);

        all(List.of(new Tokens(2, 50, 51, 52, 53, 3), new Tokens(2, 60, 61, 62, 63, 3)));

        assertThat(batches).extracting(EncodeQueue.Batch::tokens).containsExactly(6, 6);
    }

    @Test
    void encodesASegmentThatManyAskForOnce() throws Exception {
        open(ROOMY, 50, 1_024, 1);

        all(Collections.nCopies(100, new Tokens(2, 50, 3)));

        assertThat(batches.stream().mapToInt(EncodeQueue.Batch::segments).sum()).isEqualTo(1);
        assertThat(queue.remembered()).isEqualTo(new EncodeQueue.Remembered(100, 99));
    }

    @Test
    void remembersAVectorAfterItWasGiven() throws Exception {
        open(ROOMY, 0, 1_024, 1);
        float[] first = queue.encode(new Tokens(2, 50, 3)).get();

        CompletableFuture<float[]> again = queue.encode(new Tokens(2, 50, 3));

        assertThat(again).isDone();
        assertThat(again.get()).isSameAs(first);
    }

    @Test
    void remembersNoMoreThanThereIsRoomFor() throws Exception {
        queue = new EncodeQueue(encoder(), new EncodeQueue.Settings(ROOMY, 0, 64, 1, 2_000));
        queue.listen(batches::add);
        List<Tokens> segments =
                randomSegments(new Random(7), 200).stream().distinct().toList();
        all(segments);

        long hitsBefore = queue.remembered().hits();
        all(segments);

        assertThat(queue.remembered().hits() - hitsBefore).isLessThan(20);
    }

    @Test
    void failsOnlyTheBatchThatTheEncoderRefused() throws Exception {
        open(ROOMY, 0, 1_024, 1);
        CompletableFuture<float[]> bad = queue.encode(new Tokens(2, UNKNOWN_TO_THE_GRAPH, 3));

        assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(OrtException.class);
        assertThat(queue.encode(new Tokens(2, 50, 3)).get()).hasSize(8);
    }

    @Test
    void triesAgainWhatFailedOnce() throws Exception {
        open(ROOMY, 0, 1_024, 1);
        var bad = new Tokens(2, UNKNOWN_TO_THE_GRAPH, 3);
        CompletableFuture<float[]> first = queue.encode(bad);
        assertThatThrownBy(first::get).isInstanceOf(ExecutionException.class);

        assertThat(queue.encode(bad)).isNotSameAs(first);
    }

    @Test
    void makesWhoeverBringsTooMuchWaitAndLosesNothing() throws Exception {
        List<Tokens> segments = randomSegments(new Random(8), 500);
        open(3, 1, 64, 2);

        assertThat(all(segments)).hasSize(500);
        assertThat(queue.length()).isZero();
    }

    @Test
    void letsNoSegmentOfARareLengthStarve() throws Exception {
        open(ROOMY, 1, 30, 1);
        CompletableFuture<float[]> rare = queue.encode(new Tokens(2, 50, 51, 52, 53, 54, 3));
        var random = new Random(9);

        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!rare.isDone() && System.nanoTime() < until) {
            if (queue.length() < 500) {
                queue.encode(segment(random, 10));
            }
        }

        assertThat(rare).isDone();
    }

    @Test
    void failsWhatWaitsWhenItIsClosed() throws Exception {
        open(ROOMY, FOREVER, FOREVER, 1);
        CompletableFuture<float[]> waiting = queue.encode(new Tokens(2, 50, 3));

        queue.close();

        assertThat(waiting).isCompletedExceptionally();
        assertThatThrownBy(() -> queue.encode(new Tokens(2, 50, 3))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void freesWhoeverWaitsForRoomWhenItIsClosed() throws Exception {
        open(1, FOREVER, FOREVER, 1);
        queue.encode(new Tokens(2, 50, 3));
        var waitsForRoom = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.encode(new Tokens(2, 51, 3));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        queue.close();

        assertThatThrownBy(waitsForRoom::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    private void open(int capacity, int lingerMillis, int tokenBudget, int threads) {
        queue = new EncodeQueue(
                encoder(), new EncodeQueue.Settings(capacity, lingerMillis, tokenBudget, threads, 1 << 20));
        queue.listen(batches::add);
    }

    private List<float[]> all(List<Tokens> segments) throws Exception {
        var vectors = new ArrayList<CompletableFuture<float[]>>();
        for (Tokens segment : segments) {
            vectors.add(queue.encode(segment));
        }
        var found = new ArrayList<float[]>();
        for (CompletableFuture<float[]> vector : vectors) {
            found.add(vector.get());
        }
        return found;
    }

    private static List<Tokens> randomSegments(Random random, int count) {
        var segments = new ArrayList<Tokens>();
        for (int i = 0; i < count; i++) {
            segments.add(segment(random, 2 + random.nextInt(30)));
        }
        return segments;
    }

    private static Tokens segment(Random random, int length) {
        var ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = i == 0 ? 2 : i == length - 1 ? 3 : 4 + random.nextInt(WORDS);
        }
        return new Tokens(ids);
    }

    private static SegmentEncoder encoder() {
        try {
            Path model = Path.of(EncodeQueueTest.class
                    .getResource("/tiny-bundle/encoder.onnx")
                    .toURI());
            return SegmentEncoder.open(model, Pooling.CLS, true, Device.CPU, 0);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
