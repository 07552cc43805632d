package dev.tradewind.jobs;

import dev.tradewind.business.BusinessLines;
import dev.tradewind.business.Fault;
import dev.tradewind.business.Origin;
import dev.tradewind.business.SubmittedLine;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Takes a Kafka record's value as a line of JSON and remembers where it was; the key is ignored. */
final class SubmittedRecord implements KafkaRecordDeserializationSchema<SubmittedLine> {
    private static final long serialVersionUID = 1;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SubmittedLine> out) {
        var value = record.value() == null ? new byte[0] : record.value();
        var origin = Origin.ofTopic(record.topic(), record.partition(), record.offset());
        int length = Math.min(value.length, BusinessLines.MAX_RECORD);
        out.collect(new SubmittedLine(
                new String(value, 0, length, StandardCharsets.UTF_8),
                null,
                origin,
                length < value.length ? Fault.TOO_LONG : null));
    }

    @Override
    public TypeInformation<SubmittedLine> getProducedType() {
        return TypeInformation.of(SubmittedLine.class);
    }
}
