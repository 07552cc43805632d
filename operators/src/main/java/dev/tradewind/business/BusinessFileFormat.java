package dev.tradewind.business;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;
import org.apache.flink.connector.file.src.util.IteratorResultIterator;

/**
 * Reads CSV and JSON Lines files record by record, each with its file and line number, which Flink's own line format does
 * not tell. A file is one split; a restored reader counts its records up to where it was.
 */
public final class BusinessFileFormat implements BulkFormat<SubmittedLine, FileSourceSplit> {
    private static final long serialVersionUID = 1;
    private static final int RECORDS_A_BATCH = 100;

    private final boolean onlyJson;

    /** @param onlyJson whether all files are known to be JSON Lines */
    public BusinessFileFormat(boolean onlyJson) {
        this.onlyJson = onlyJson;
    }

    @Override
    public Reader<SubmittedLine> createReader(Configuration config, FileSourceSplit split) throws IOException {
        return open(split, 0);
    }

    @Override
    public Reader<SubmittedLine> restoreReader(Configuration config, FileSourceSplit split) throws IOException {
        long done = split.getReaderPosition()
                .map(CheckpointedPosition::getRecordsAfterOffset)
                .orElse(0L);
        return open(split, done);
    }

    private Reader<SubmittedLine> open(FileSourceSplit split, long done) throws IOException {
        var path = split.path();
        var in = path.getFileSystem().open(path);
        var lines = onlyJson ? BusinessLines.ofJson(in, path.getPath()) : new BusinessLines(in, path.getPath());
        for (long i = 0; i < done; i++) {
            lines.next();
        }
        return new LineBatches(lines, done);
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<SubmittedLine> getProducedType() {
        return TypeInformation.of(SubmittedLine.class);
    }

    private static final class LineBatches implements Reader<SubmittedLine> {
        private final BusinessLines lines;
        private long done;

        LineBatches(BusinessLines lines, long done) {
            this.lines = lines;
            this.done = done;
        }

        @Override
        public RecordIterator<SubmittedLine> readBatch() throws IOException {
            List<SubmittedLine> batch = new ArrayList<>(RECORDS_A_BATCH);
            for (var line = lines.next(); line != null; line = lines.next()) {
                batch.add(line);
                if (batch.size() == RECORDS_A_BATCH) {
                    break;
                }
            }
            if (batch.isEmpty()) {
                return null;
            }
            long before = done;
            done += batch.size();
            return new IteratorResultIterator<>(batch.iterator(), CheckpointedPosition.NO_OFFSET, before);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
