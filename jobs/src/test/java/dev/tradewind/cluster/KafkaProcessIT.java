package dev.tradewind.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KafkaProcessIT {
    @Test
    void whatABrokerAcceptedIsThereAfterAKill() throws Exception {
        try (var broker = KafkaProcess.start(Path.of("target/kafka-process"))) {
            broker.createTopics(1, "businesses");
            Map<String, Object> client = Map.of("bootstrap.servers", broker.address());
            try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>("businesses", "before")).get();
                broker.kill();
                assertThat(broker.process().isAlive()).isFalse();
                broker.startAgain();
                producer.send(new ProducerRecord<>("businesses", "after")).get();
            }

            try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
                var partition = List.of(new TopicPartition("businesses", 0));
                consumer.assign(partition);
                consumer.seekToBeginning(partition);
                List<String> values = new ArrayList<>();
                while (values.size() < 2) {
                    consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                }
                assertThat(values).containsExactly("before", "after");
            }
        }
    }
}
