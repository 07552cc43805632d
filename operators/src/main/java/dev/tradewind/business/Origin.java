package dev.tradewind.business;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Where a line of input came from: a file and a line number (from 1), or a topic, a partition and an offset; the other
 * fields are null.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Origin(String file, Long lineNumber, String topic, Integer partition, Long offset) {

    public static Origin ofFile(String file, long lineNumber) {
        return new Origin(file, lineNumber, null, null, null);
    }

    public static Origin ofTopic(String topic, int partition, long offset) {
        return new Origin(null, null, topic, partition, offset);
    }

    @Override
    public String toString() {
        return file != null ? file + ":" + lineNumber : topic + "-" + partition + "@" + offset;
    }
}
