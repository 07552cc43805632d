package dev.tradewind.jobs;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real Kafka broker in this JVM, its own controller, on a free port of loopback; its limits are those of a broker out of the box. */
final class KafkaBroker {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClusterTestKit cluster;
    private final Admin admin;
    private final KafkaProducer<String, String> producer;
    private int sent;

    private KafkaBroker(KafkaClusterTestKit cluster) {
        this.cluster = cluster;
        Map<String, Object> client = Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address());
        this.admin = Admin.create(client);
        this.producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    }

    static KafkaBroker start() throws Exception {
        var nodes = new TestKitNodes.Builder()
                .setCombined(true)
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build();
        var cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "2")
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("transaction.state.log.num.partitions", "2")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
        var out = System.out;
        try {
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            cluster.format();
        } finally {
            System.setOut(out);
        }
        cluster.startup();
        cluster.waitForReadyBrokers();
        return new KafkaBroker(cluster);
    }

    /** Such as {@code localhost:40123}. */
    String address() {
        return cluster.bootstrapServers();
    }

    void topic(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get();
    }

    /**
     * Sends a record under a key that is nobody's id.
     *
     * @param value null for a tombstone
     * @return where it went, once it is there
     */
    Future<RecordMetadata> send(String topic, String value) {
        return producer.send(new ProducerRecord<>(topic, "key-" + sent++, value));
    }

    /** What is committed in a topic, from its beginning; waits until there are records of so many keys. */
    List<ConsumerRecord<String, String>> read(String topic, int keys, RunningCommand writer) {
        return read(topic, "read_committed", keys, writer);
    }

    /** What is written to a topic, committed or not; waits until there are records of so many keys. */
    List<ConsumerRecord<String, String>> readUncommitted(String topic, int keys, RunningCommand writer) {
        return read(topic, "read_uncommitted", keys, writer);
    }

    /** All that is in a topic to which nobody writes any more; waits until all of it is committed. */
    List<ConsumerRecord<String, String>> readAll(String topic) {
        return read(topic, "read_committed", (consumer, records) -> isAtEnd(consumer));
    }

    private List<ConsumerRecord<String, String>> read(String topic, String isolation, int keys, RunningCommand writer) {
        return read(topic, isolation, (consumer, records) -> {
            long read = records.stream().map(ConsumerRecord::key).distinct().count();
            if (read < keys && !writer.goesOn()) {
                throw new AssertionError(
                        "ended after " + read + " of " + keys + " keys in " + topic + ": " + writer.err());
            }
            return read >= keys;
        });
    }

    private List<ConsumerRecord<String, String>> read(
            String topic,
            String isolation,
            BiPredicate<KafkaConsumer<?, ?>, List<ConsumerRecord<String, String>>> enough) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        Map<String, Object> settings = Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                address(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var patience = Instant.now().plus(PATIENCE);
            while (!enough.test(consumer, records)) {
                if (Instant.now().isAfter(patience)) {
                    throw new AssertionError("waited in vain after " + records.size() + " records in " + topic);
                }
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }

    /** An end that counts open transactions in: read_committed alone takes the first of them for the end. */
    private boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
        try {
            for (var partition : consumer.assignment()) {
                var end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get();
                if (consumer.position(partition) < end.offset()) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void close() throws Exception {
        producer.close();
        admin.close();
        cluster.close();
    }
}
