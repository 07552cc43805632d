package dev.tradewind.archive;

import static dev.tradewind.Visits.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.fetch.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netpreserve.jwarc.MessageVersion;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcResponse;
import org.netpreserve.jwarc.WarcTruncationReason;
import org.netpreserve.jwarc.Warcinfo;

class WarcFormatTest {
    @TempDir
    Path folder;

    @Test
    void aWarcReaderFindsEveryResponseWithHeadersAndBody() throws IOException {
        var page = "<p>café</p>".getBytes(StandardCharsets.UTF_8);
        var headers = List.of(
                "Content-Type", "text/html; charset=utf-8", "Content-Encoding", "gzip", "X-Two", "a", "X-Two", "b");
        var file = write(
                new Exchange("http://a.com/?q=1", 200, "OK", headers, page, false, NOON),
                new Exchange("http://a.com/b", 404, null, List.of("X-Bad", "a\r\nb"), new byte[0], true, NOON));

        try (var reader = new WarcReader(file)) {
            assertThat(reader.next()).containsInstanceOf(Warcinfo.class);
            var first = (WarcResponse) reader.next().orElseThrow();
            assertThat(first.version()).isEqualTo(MessageVersion.WARC_1_1);
            assertThat(first.target()).isEqualTo("http://a.com/?q=1");
            assertThat(first.date()).isEqualTo(NOON);
            assertThat(first.http().status()).isEqualTo(200);
            assertThat(first.http().headers().map())
                    .containsEntry("X-Two", List.of("a", "b"))
                    .containsEntry("Content-Type", List.of("text/html; charset=utf-8"))
                    .containsEntry("Content-Length", List.of(String.valueOf(page.length)))
                    .doesNotContainKey("Content-Encoding");
            assertThat(first.http().body().stream().readAllBytes()).isEqualTo(page);
            var second = (WarcResponse) reader.next().orElseThrow();
            assertThat(second.http().status()).isEqualTo(404);
            assertThat(second.http().headers().first("X-Bad")).contains("a  b");
            assertThat(second.truncated()).isEqualTo(WarcTruncationReason.LENGTH);
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void nothingThatAServerSaysMakesARecordOfItsOwn() throws IOException {
        var forged = "\r\n\r\nWARC/1.1\r\nWARC-Type: resource\r\n\r\n";
        var headers =
                List.of("X-A", forged, "X-B" + forged, "b", "X-C", "caf\u00e9 \u0000\u001b[31m\u2028\ud800", "X-D", "");
        var file = write(
                new Exchange(
                        "http://a.com/", 200, forged, headers, forged.getBytes(StandardCharsets.UTF_8), false, NOON),
                new Exchange("http://a.com/b", 200, "OK", List.of(), new byte[] {1}, false, NOON));

        try (var reader = new WarcReader(file)) {
            reader.next();
            var first = (WarcResponse) reader.next().orElseThrow();
            assertThat(first.http().status()).isEqualTo(200);
            assertThat(first.http().headers().map()).containsKeys("X-A", "X-C", "X-D", "Content-Length");
            assertThat(first.http().headers().first("X-C").orElseThrow()).doesNotContain("\u0000", "\u001b");
            assertThat(first.http().body().stream().readAllBytes()).asString().isEqualTo(forged);
            var second = (WarcResponse) reader.next().orElseThrow();
            assertThat(second.target()).isEqualTo("http://a.com/b");
            assertThat(second.http().body().stream().readAllBytes()).containsExactly(1);
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void aHeaderWithoutAProperNameSpoilsNoRecord() throws IOException {
        var headers = List.of(" folded", "1", "", "2", "X\u00fc y:", "3");
        var file = write(new Exchange("http://a.com/", 200, " ", headers, new byte[] {1}, false, NOON));

        try (var reader = new WarcReader(file)) {
            reader.next();
            var response = (WarcResponse) reader.next().orElseThrow();
            assertThat(response.http().headers().map()).containsKeys("_folded", "_", "X__y_");
            assertThat(response.http().body().stream().readAllBytes()).containsExactly(1);
        }
    }

    private Path write(Exchange... exchanges) throws IOException {
        var file = folder.resolve("a.warc.gz");
        var path = new org.apache.flink.core.fs.Path(file.toUri());
        try (var out = LocalFileSystem.getSharedInstance().create(path, WriteMode.NO_OVERWRITE)) {
            var writer = new WarcFormat().create(out);
            for (var exchange : exchanges) {
                writer.addElement(exchange);
            }
            writer.finish();
        }
        return file;
    }
}
