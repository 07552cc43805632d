package dev.tradewind.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.Prediction;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a consumer sees of the job's answers that reads only what is committed, and when it saw it. */
final class Committed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** An answer and when it was seen. */
    record Seen(Prediction prediction, Instant at) {}

    private final String broker;
    private final String predictions;
    private final List<TopicPartition> partitions;
    private final List<Seen> answers = new CopyOnWriteArrayList<>();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final List<JsonNode> rejected = new CopyOnWriteArrayList<>();
    private final Thread reader = new Thread(this::read, "committed");
    private volatile boolean closing;
    private volatile RuntimeException failure;
    private volatile Map<TopicPartition, Long> end;

    private Committed(String broker, String predictions, List<TopicPartition> partitions) {
        this.broker = broker;
        this.predictions = predictions;
        this.partitions = partitions;
    }

    /** Starts to read. */
    static Committed read(String broker, Topics topics) {
        var committed = new Committed(
                broker,
                topics.predictions(),
                List.of(new TopicPartition(topics.predictions(), 0), new TopicPartition(topics.rejected(), 0)));
        committed.reader.start();
        return committed;
    }

    /** In the order seen. */
    List<Seen> answers() {
        return answers;
    }

    /** How many ids have an answer. */
    int answered() {
        if (failure != null) {
            throw failure;
        }
        return ids.size();
    }

    List<JsonNode> rejected() {
        return rejected;
    }

    /** Waits until all is read of what nobody adds to any more; what is left in open transactions would be waited for in vain. */
    void readToTheEnd(Duration patience) throws Exception {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker))) {
            var ends = new ConcurrentHashMap<TopicPartition, Long>();
            for (var partition : partitions) {
                ends.put(partition, endOf(admin, partition));
            }
            end = ends;
        }
        reader.join(patience.toMillis());
        if (failure != null) {
            throw failure;
        }
        if (reader.isAlive()) {
            throw new IllegalStateException(
                    "what stands in the topics is not all committed: a transaction was left open");
        }
    }

    /** Open transactions counted in. */
    private static long endOf(Admin admin, TopicPartition partition) throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private void read() {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker, "isolation.level", "read_committed", "request.timeout.ms", "5000");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closing && !isAtEnd(consumer)) {
                for (var record : consumer.poll(POLL)) {
                    take(record);
                }
            }
        } catch (IOException e) {
            failure = new UncheckedIOException(e);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
        var known = end;
        return known != null
                && partitions.stream().allMatch(partition -> consumer.position(partition) >= known.get(partition));
    }

    private void take(ConsumerRecord<String, String> record) throws IOException {
        if (record.topic().equals(predictions)) {
            var prediction = Json.MAPPER.readValue(record.value(), Prediction.class);
            answers.add(new Seen(prediction, Instant.now()));
            ids.add(prediction.id());
        } else {
            rejected.add(Json.MAPPER.readTree(record.value()));
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
