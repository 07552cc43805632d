package dev.tradewind.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.archive.WarcFormat;
import dev.tradewind.business.BusinessFileFormat;
import dev.tradewind.business.RejectedLine;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Exchange;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.enumerate.DefaultFileFilter;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;
import org.apache.flink.connector.file.src.enumerate.NonSplittingRecursiveEnumerator;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.DateTimeBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.DefaultRollingPolicy;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where records come from and where they go: files and Kafka. */
final class Connectors {
    private static final Duration NEW_FILES_EVERY = Duration.ofSeconds(5);
    private static final Duration ROLL_AFTER = Duration.ofMinutes(1);

    private Connectors() {}

    static DataStream<SubmittedLine> files(StreamExecutionEnvironment env, String input, boolean follow) {
        var source = FileSource.forBulkFileFormat(new BusinessFileFormat(false), new Path(input))
                .setFileEnumerator(allUnder(input));
        if (follow) {
            source.monitorContinuously(NEW_FILES_EVERY);
        }
        return env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), "Businesses")
                .uid("businesses");
    }

    @SuppressWarnings("deprecation") // the connector's API has no other word for "earliest" yet
    static DataStream<SubmittedLine> kafka(StreamExecutionEnvironment env, KafkaOptions kafka) {
        var source = KafkaSource.<SubmittedLine>builder()
                .setProperties(kafka.properties())
                .setTopics(kafka.businesses)
                .setGroupId(kafka.group)
                .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setDeserializer(new SubmittedRecord())
                .build();
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "Businesses")
                .uid("businesses");
    }

    static DataStream<SubmittedLine> archive(StreamExecutionEnvironment env, String input) {
        var source = FileSource.forBulkFileFormat(new BusinessFileFormat(true), new Path(input))
                .setFileEnumerator(allUnder(input))
                .build();
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "Archive")
                .uid("archive");
    }

    /** The file or folder that was named, whatever its name, and under it all but what is hidden by a dot or an underscore. */
    private static FileEnumerator.Provider allUnder(String input) {
        var root = new Path(input).getName();
        return () -> {
            var notHidden = new DefaultFileFilter();
            return new NonSplittingRecursiveEnumerator(path -> path.getName().equals(root) || notHidden.test(path));
        };
    }

    /** @param byDay whether the files of each day go to a folder of their own, for jobs that do not end */
    static <T> void toFiles(DataStream<T> records, String folder, String uid, String name, boolean byDay) {
        var sink = FileSink.<T>forRowFormat(new Path(folder), (record, out) -> {
                    out.write(Json.MAPPER.writeValueAsBytes(record));
                    out.write('\n');
                })
                .withBucketAssigner(buckets(byDay))
                .withRollingPolicy(DefaultRollingPolicy.builder()
                        .withRolloverInterval(ROLL_AFTER)
                        .withInactivityInterval(ROLL_AFTER)
                        .build())
                .withOutputFileConfig(files(uid, ".jsonl"))
                .build();
        records.sinkTo(sink).name(name).uid(uid);
    }

    static void toWarc(DataStream<Exchange> exchanges, String folder, boolean byDay) {
        var sink = FileSink.forBulkFormat(new Path(folder), new WarcFormat())
                .withBucketAssigner(buckets(byDay))
                .withRollingPolicy(OnCheckpointRollingPolicy.build())
                .withOutputFileConfig(files("warc", ".warc.gz"))
                .build();
        exchanges.sinkTo(sink).name("Raw responses").uid("warc");
    }

    static void predictionsToKafka(DataStream<Prediction> predictions, KafkaOptions kafka) throws IOException {
        var unanswered = kafka.answeredSince == null
                ? predictions
                : predictions
                        .filter(Unanswered.in(
                                kafka.predictions, kafka, answer -> submission(answer.value()), Prediction::submission))
                        .name("Drop predictions that were written before")
                        .uid("unanswered-predictions");
        toKafka(unanswered, kafka, kafka.predictions, Prediction::id, "predictions-to-kafka", "Predictions to Kafka");
    }

    private static String submission(String prediction) {
        try {
            return Json.MAPPER.readTree(prediction).path("submission").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    static void rejectedToKafka(DataStream<RejectedLine> rejected, KafkaOptions kafka) throws IOException {
        SerializableFunction<RejectedLine, String> place = line -> line.origin().toString();
        var unanswered = kafka.answeredSince == null
                ? rejected
                : rejected.filter(Unanswered.in(kafka.rejected, kafka, ConsumerRecord::key, place))
                        .name("Drop rejected lines that were written before")
                        .uid("unanswered-rejected");
        toKafka(unanswered, kafka, kafka.rejected, place, "rejected-to-kafka", "Rejected lines to Kafka");
    }

    private static <T> void toKafka(
            DataStream<T> records,
            KafkaOptions kafka,
            String topic,
            SerializableFunction<T, String> key,
            String uid,
            String name) {
        var sink = KafkaSink.<T>builder()
                .setKafkaProducerConfig(kafka.properties())
                .setBootstrapServers(kafka.bootstrapServers)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(kafka.transactionPrefix + "-" + topic)
                .setRecordSerializer((record, context, time) ->
                        new ProducerRecord<>(topic, key.apply(record).getBytes(StandardCharsets.UTF_8), json(record)))
                .build();
        records.sinkTo(sink).name(name).uid(uid);
    }

    private static byte[] json(Object record) {
        try {
            return Json.MAPPER.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON: " + record, e);
        }
    }

    private static <T> BucketAssigner<T, String> buckets(boolean byDay) {
        return byDay ? new DateTimeBucketAssigner<>("yyyy-MM-dd", ZoneOffset.UTC) : new BasePathBucketAssigner<>();
    }

    private static OutputFileConfig files(String prefix, String suffix) {
        return OutputFileConfig.builder()
                .withPartPrefix(prefix)
                .withPartSuffix(suffix)
                .build();
    }
}
