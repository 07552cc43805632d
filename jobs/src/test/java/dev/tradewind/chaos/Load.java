package dev.tradewind.chaos;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends records at a steady pace, but no more than {@link #MOST_UNANSWERED} ahead of the answers: so there is work under way
 * whenever a fault comes.
 */
final class Load implements AutoCloseable {
    private static final int MOST_UNANSWERED = 110;

    private final String topic;
    private final List<String> records;
    private volatile int perSecond;
    private final Committed committed;
    private final KafkaProducer<String, String> producer;
    private final AtomicInteger sent = new AtomicInteger();
    private final Thread sender = new Thread(this::send, "load");
    private volatile boolean closing;

    private Load(String broker, String topic, List<String> records, int perSecond, Committed committed) {
        this.topic = topic;
        this.records = records;
        this.perSecond = perSecond;
        this.committed = committed;
        Map<String, Object> settings = Map.of("bootstrap.servers", broker, "acks", "all");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    static Load start(String broker, String topic, List<String> records, int perSecond, Committed committed) {
        var load = new Load(broker, topic, records, perSecond, committed);
        load.sender.start();
        return load;
    }

    /** How many records a second from now on. */
    void pace(int recordsPerSecond) {
        perSecond = recordsPerSecond;
    }

    int sent() {
        return sent.get();
    }

    private void send() {
        try {
            while (!closing && sent.get() < records.size()) {
                if (sent.get() - committed.answered() < MOST_UNANSWERED) {
                    producer.send(new ProducerRecord<>(topic, records.get(sent.getAndIncrement())));
                }
                TimeUnit.MILLISECONDS.sleep(1_000 / perSecond);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
