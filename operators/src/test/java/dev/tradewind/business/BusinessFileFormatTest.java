package dev.tradewind.business;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusinessFileFormatTest {
    @TempDir
    java.nio.file.Path folder;

    @Test
    void goesOnAfterARestartWhereItWas() throws IOException {
        var file = folder.resolve("in.csv");
        var text = new StringBuilder("id,url\n");
        for (int i = 0; i < 250; i++) {
            text.append(i).append(",a.com\n");
        }
        Files.writeString(file, text);
        var format = new BusinessFileFormat(false);
        var reader = format.createReader(new Configuration(), split(file, null));
        var batch = reader.readBatch();
        CheckpointedPosition position = null;
        for (int i = 0; i < 37; i++) {
            var record = batch.next();
            position = new CheckpointedPosition(record.getOffset(), record.getRecordSkipCount());
        }
        reader.close();

        var rest = texts(format.restoreReader(new Configuration(), split(file, position)));

        assertThat(rest).hasSize(213).startsWith("37,a.com").endsWith("249,a.com");
    }

    private FileSourceSplit split(java.nio.file.Path file, CheckpointedPosition position) throws IOException {
        long length = Files.size(file);
        return new FileSourceSplit("1", new Path(file.toUri()), 0, length, 0, length, new String[0], position);
    }

    private static List<String> texts(BulkFormat.Reader<SubmittedLine> reader) throws IOException {
        List<String> texts = new ArrayList<>();
        try (reader) {
            for (var batch = reader.readBatch(); batch != null; batch = reader.readBatch()) {
                for (var record = batch.next(); record != null; record = batch.next()) {
                    texts.add(record.getRecord().text());
                }
            }
        }
        return texts;
    }
}
