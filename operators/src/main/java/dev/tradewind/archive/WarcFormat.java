package dev.tradewind.archive;

import dev.tradewind.fetch.Exchange;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.netpreserve.jwarc.HttpResponse;
import org.netpreserve.jwarc.MessageVersion;
import org.netpreserve.jwarc.WarcCompression;
import org.netpreserve.jwarc.WarcResponse;
import org.netpreserve.jwarc.WarcTruncationReason;
import org.netpreserve.jwarc.WarcWriter;
import org.netpreserve.jwarc.Warcinfo;

/**
 * Writes raw responses as WARC 1.1, each record a gzip member of its own. Bodies stand as decoded, so the headers that
 * speak of the encoding on the wire are replaced by the length.
 */
public final class WarcFormat implements BulkWriter.Factory<Exchange> {
    private static final long serialVersionUID = 1;
    private static final Set<String> OF_THE_WIRE = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        OF_THE_WIRE.addAll(List.of("content-encoding", "content-length", "transfer-encoding"));
    }

    @Override
    public BulkWriter<Exchange> create(FSDataOutputStream out) throws IOException {
        var warc = new WarcWriter(Channels.newChannel(out), WarcCompression.GZIP);
        warc.write(new Warcinfo.Builder()
                .version(MessageVersion.WARC_1_1)
                .fields(Map.of("software", List.of("Tradewind"), "format", List.of("WARC File Format 1.1")))
                .build());
        return new Records(warc, out);
    }

    private record Records(WarcWriter warc, FSDataOutputStream out) implements BulkWriter<Exchange> {

        @Override
        public void addElement(Exchange exchange) throws IOException {
            var record = new WarcResponse.Builder(exchange.url())
                    .version(MessageVersion.WARC_1_1)
                    .date(exchange.fetchedAt())
                    .body(httpResponse(exchange));
            if (exchange.truncated()) {
                record.truncated(WarcTruncationReason.LENGTH);
            }
            warc.write(record.build());
        }

        private static HttpResponse httpResponse(Exchange exchange) {
            var response = new HttpResponse.Builder(exchange.status(), printable(exchange.reason()));
            var headers = exchange.headers();
            for (int i = 0; i + 1 < headers.size(); i += 2) {
                if (!OF_THE_WIRE.contains(headers.get(i))) {
                    response.addHeader(token(headers.get(i)), printable(headers.get(i + 1)));
                }
            }
            return response.body(null, exchange.body()).build();
        }

        /** Readers stop at a header whose name is none. */
        private static String token(String name) {
            return name.isEmpty() ? "_" : name.replaceAll("[^!#$%&'*+.^_`|~0-9A-Za-z-]", "_");
        }

        private static String printable(String text) {
            return text == null ? "" : text.replaceAll("\\p{Cc}", " ");
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void finish() throws IOException {
            flush();
        }
    }
}
