package dev.tradewind.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tradewind.fetch.Exchange;
import dev.tradewind.url.CanonicalUrl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcResponse;
import org.netpreserve.jwarc.Warcinfo;

class WarcFormatFuzzTest {

    /** @param input url, status line and headers, one a line; behind an empty line the body */
    @FuzzTest(maxExecutions = 20_000)
    void aWarcReaderFindsWhateverAServerSaid(byte[] input) throws IOException {
        int start = 0;
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < input.length && !(i == start && lines.size() > 1 && input[i] == '\n'); i++) {
            if (input[i] == '\n') {
                lines.add(new String(input, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        if (lines.size() < 2) {
            return;
        }
        String url = CanonicalUrl.of(lines.get(0));
        String[] statusLine = lines.get(1).split(" ", 2);
        if (url == null || !statusLine[0].matches("[1-9][0-9]{2}")) {
            return;
        }
        int status = Integer.parseInt(statusLine[0]);
        List<String> headers = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] header = line.split(":", 2);
            headers.add(header[0]);
            headers.add(header.length > 1 ? header[1] : "");
        }
        byte[] body = java.util.Arrays.copyOfRange(input, Math.min(start + 1, input.length), input.length);
        var exchange = new Exchange(
                url,
                status,
                statusLine.length > 1 ? statusLine[1] : null,
                headers,
                body,
                body.length % 2 == 1,
                Instant.EPOCH);

        var file = new Bytes();
        var writer = new WarcFormat().create(file);
        writer.addElement(exchange);
        writer.addElement(exchange);
        writer.finish();

        try (var reader = new WarcReader(new ByteArrayInputStream(file.bytes.toByteArray()))) {
            assertThat(reader.next()).containsInstanceOf(Warcinfo.class);
            for (int i = 0; i < 2; i++) {
                var response = (WarcResponse) reader.next().orElseThrow();
                assertThat(response.target()).isEqualTo(url);
                assertThat(response.http().status()).isEqualTo(status);
                assertThat(response.http().body().stream().readAllBytes()).isEqualTo(body);
            }
            assertThat(reader.next()).isEmpty();
        }
    }

    private static final class Bytes extends FSDataOutputStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public long getPos() {
            return bytes.size();
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void write(byte[] b, int off, int len) {
            bytes.write(b, off, len);
        }

        @Override
        public void flush() {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
