package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tradewind.fetch.ContentCoding.Decoded;
import dev.tradewind.testdata.Compressed;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {
    private static final int CAP = 64 << 10;
    private static final String TEXT = IntStream.range(0, 1_000)
            .mapToObj(i -> "Drain " + i * i % 997 + " cleared. ")
            .reduce("", String::concat);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "x-gzip",
                "deflate",
                "deflate-raw",
                "br",
                "zstd",
                "gzip, gzip",
                "br, gzip",
                "gzip, br, zstd"
            })
    void decodesWhatServersSend(String codings) {
        byte[] body = Compressed.of(codings, TEXT, 0);

        var decoded = decode(codings, body, false).orElseThrow();

        assertThat(decoded.cut()).isFalse();
        assertThat(new String(decoded.bytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-raw", "br", "zstd", "br, gzip", "zstd, br", "gzip, gzip, gzip"})
    void costsNoMoreThanTheCapWhateverABombHolds(String codings) {
        byte[] bomb = Compressed.of(codings, TEXT, 64);
        decode(codings, bomb, false);

        long before = allocated();
        var decoded = decode(codings, bomb, false).orElseThrow();

        assertThat(allocated() - before).isLessThan(8 * CAP);
        assertThat(decoded.cut()).isTrue();
        assertThat(decoded.bytes()).hasSize(CAP);
        assertThat(new String(decoded.bytes(), StandardCharsets.UTF_8)).startsWith(TEXT);
    }

    @Test
    void believesNoSizeThatAZstdFrameAnnounces() {
        byte[] frame = ByteBuffer.allocate(17)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xfd2fb528)
                .put((byte) 0xc0)
                .put((byte) 0x08)
                .putLong(2_000_000_000L)
                .array();

        long before = allocated();

        assertThat(decode("zstd", frame, false)).isEmpty();
        assertThat(allocated() - before).isLessThan(8 * CAP);
    }

    @Test
    void refusesAZstdFrameThatWantsMoreThanEightMebibytesToLookBackOn() {
        byte[] eight = zstdFrame(13 << 3);
        byte[] hundredAndTwentyEight = zstdFrame(17 << 3);

        assertThat(decode("zstd", eight, false).orElseThrow().bytes()).hasSize(1_000);
        assertThat(decode("zstd", hundredAndTwentyEight, false)).isEmpty();
    }

    /** A thousand times the letter x. */
    private static byte[] zstdFrame(int window) {
        int lastBlockOfOneByteRepeated = 1 | 1 << 1 | 1_000 << 3;
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xfd2fb528)
                .put((byte) 0)
                .put((byte) window)
                .putInt(lastBlockOfOneByteRepeated | 'x' << 24)
                .array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-raw", "br", "zstd", "br, gzip"})
    void keepsWhatCameBeforeACut(String codings) {
        byte[] body = Compressed.of(codings, TEXT, 0);
        for (int length = 1; length < body.length; length += 7) {
            decode(codings, Arrays.copyOf(body, length), true).ifPresent(decoded -> {
                assertThat(decoded.cut()).isTrue();
                assertThat(decoded.bytes()).isNotEmpty();
                assertThat(TEXT).startsWith(new String(decoded.bytes(), StandardCharsets.UTF_8));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-raw", "br", "br, gzip"})
    void keepsNearlyAllWhereOnlyTheLastBytesAreMissing(String codings) {
        byte[] body = Compressed.of(codings, TEXT, 0);

        var decoded = decode(codings, Arrays.copyOf(body, body.length - 9), true);

        assertThat(decoded.orElseThrow().bytes()).hasSizeGreaterThan(TEXT.length() / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate-raw", "br", "zstd", "br, gzip"})
    void bearsAnyDamage(String codings) {
        var random = new Random(11);
        byte[] body = Compressed.of(codings, TEXT, 1);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = body.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            decode(codings, damaged, false)
                    .ifPresent(decoded -> assertThat(decoded.bytes()).hasSizeBetween(1, CAP));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void takesNoBytesForAnEmptyBodyAndPlainTextForNone(String coding) {
        assertThat(decode(coding, new byte[0], false).orElseThrow().cut()).isFalse();
        assertThat(decode(coding, "<p>not compressed</p>".getBytes(StandardCharsets.US_ASCII), false))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "''                       | ''",
                "identity                 | ''",
                "GZip                     | gzip",
                "gzip , identity,  br      | 'gzip, br'",
                "gzip, gzip, gzip         | 'gzip, gzip, gzip'",
                "gzip, gzip, gzip, gzip   | -",
                "x-odd                    | -",
                "gzip, x-odd              | -",
                "gzip;q=1                 | -",
            })
    void knowsTheCodingsByName(String header, String codings) {
        var named = ContentCoding.named(new DefaultHttpHeaders().add("Content-Encoding", header));

        assertThat(named.map(list -> String.join(", ", list)).orElse(null)).isEqualTo(codings);
    }

    @Test
    void findsCodingsInEveryHeaderThatNamesThem() {
        var headers = new DefaultHttpHeaders()
                .add("Content-Encoding", "br")
                .add("Content-Encoding", "zstd")
                .add("Transfer-Encoding", "gzip, chunked");

        assertThat(ContentCoding.named(headers)).contains(List.of("br", "zstd", "gzip"));
    }

    @Test
    void givesUpOnTwentyLayers() {
        String twenty = "gzip" + ", gzip".repeat(19);

        assertThat(ContentCoding.named(new DefaultHttpHeaders().add("Content-Encoding", twenty)))
                .isEmpty();
    }

    private static Optional<Decoded> decode(String codings, byte[] body, boolean cut) {
        var headers = new DefaultHttpHeaders().add("Content-Encoding", codings.replace("-raw", ""));
        return ContentCoding.decode(body, cut, ContentCoding.named(headers).orElseThrow(), CAP);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
