package dev.tradewind.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.classify.Prediction;
import dev.tradewind.shared.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The predictions in a topic from its beginning, each as soon as the checkpoint that it belongs to is complete. */
final class CommittedAnswers implements AutoCloseable {
    private final KafkaConsumer<String, String> consumer;

    CommittedAnswers(String broker, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
        var partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Waits so long for more. */
    List<Prediction> next(Duration patience) throws JsonProcessingException {
        List<Prediction> answers = new ArrayList<>();
        for (var record : consumer.poll(patience)) {
            answers.add(Json.MAPPER.readValue(record.value(), Prediction.class));
        }
        return answers;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
