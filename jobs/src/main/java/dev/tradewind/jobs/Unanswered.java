package dev.tradewind.jobs;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Lets through what does not stand in its topic yet. A job that goes on from a checkpoint that is not the newest does again
 * what it did since, and what it answered was committed: that stands between a time and what was the topic's end when the job
 * was submitted. It is read when the operator opens; transactions that are open then are waited for, since the job's sink ends
 * those of its predecessor.
 */
final class Unanswered<T> extends RichFilterFunction<T> {
    private static final long serialVersionUID = 1;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Properties kafka;
    private final Instant since;
    private final Map<TopicPartition, Long> end;
    private final SerializableFunction<ConsumerRecord<String, String>, String> submissionOfAnswer;
    private final SerializableFunction<T, String> submission;
    private transient Set<String> answered;

    private Unanswered(
            Properties kafka,
            Instant since,
            Map<TopicPartition, Long> end,
            SerializableFunction<ConsumerRecord<String, String>, String> submissionOfAnswer,
            SerializableFunction<T, String> submission) {
        this.kafka = kafka;
        this.since = since;
        this.end = end;
        this.submissionOfAnswer = submissionOfAnswer;
        this.submission = submission;
    }

    /**
     * Looks where the topic ends.
     *
     * @param submissionOfAnswer where the business was submitted that a record of the topic answers
     */
    static <T> Unanswered<T> in(
            String topic,
            KafkaOptions options,
            SerializableFunction<ConsumerRecord<String, String>, String> submissionOfAnswer,
            SerializableFunction<T, String> submission)
            throws IOException {
        var kafka = options.properties();
        kafka.remove("transaction.timeout.ms");
        try (var admin = Admin.create(options.adminProperties())) {
            return new Unanswered<>(kafka, options.answeredSince, ends(admin, topic), submissionOfAnswer, submission);
        } catch (ExecutionException e) {
            throw new IOException("the end of the topic " + topic + " cannot be had: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking for the end of the topic " + topic, e);
        }
    }

    private static Map<TopicPartition, Long> ends(Admin admin, String topic)
            throws ExecutionException, InterruptedException {
        var partitions = admin.describeTopics(Set.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions();
        var ends = admin.listOffsets(partitions.stream()
                        .collect(Collectors.toMap(
                                partition -> new TopicPartition(topic, partition.partition()),
                                partition -> OffsetSpec.latest())))
                .all()
                .get();
        var offsets = new HashMap<TopicPartition, Long>();
        ends.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    @Override
    public void open(OpenContext context) {
        answered = new HashSet<>();
        try (var consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(end.keySet());
            seek(consumer);
            while (!isAtEnd(consumer)) {
                for (var record : consumer.poll(POLL)) {
                    if (record.value() != null) {
                        answered.add(submissionOfAnswer.apply(record));
                    }
                }
            }
        }
    }

    private void seek(KafkaConsumer<String, String> consumer) {
        var times = end.keySet().stream()
                .collect(Collectors.toMap(partition -> partition, partition -> since.toEpochMilli()));
        consumer.offsetsForTimes(times)
                .forEach((partition, first) ->
                        consumer.seek(partition, first == null ? end.get(partition) : first.offset()));
    }

    private boolean isAtEnd(KafkaConsumer<String, String> consumer) {
        return end.entrySet().stream().allMatch(known -> consumer.position(known.getKey()) >= known.getValue());
    }

    @Override
    public boolean filter(T record) {
        return !answered.contains(submission.apply(record));
    }
}
