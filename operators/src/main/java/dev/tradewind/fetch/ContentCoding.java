package dev.tradewind.fetch;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.netty.handler.codec.compression.Brotli;
import io.netty.handler.codec.compression.Zstd;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Undoes the compression of a body. No more is ever decompressed than is asked for, so that a bomb costs the same as a page: the
 * decoders of the HTTP client decompress whatever one network read brings, which can be gigabytes, before anyone can stop them.
 */
final class ContentCoding {
    static final String ACCEPTED =
            "gzip, deflate" + (Brotli.isAvailable() ? ", br" : "") + (Zstd.isAvailable() ? ", zstd" : "");

    private static final int MAX_LAYERS = 3;

    /** RFC 9659: senders keep to 8 MiB, receivers may refuse more. */
    private static final int MAX_ZSTD_WINDOW = 23;

    /** A fault takes what the decoder had not yet handed over, so it hands over little at a time. */
    private static final int PIECE = 1 << 10;

    /**
     * A body after decompression.
     *
     * @param cut whether its end is missing
     */
    record Decoded(byte[] bytes, boolean cut) {}

    /** The codings of a body, in the order they were applied; none if there is one that is not known, or too many. */
    static Optional<List<String>> named(HttpHeaders headers) {
        var codings = new ArrayList<String>();
        for (String header : List.of("content-encoding", "transfer-encoding")) {
            for (String value : headers.getAll(header)) {
                for (String coding : value.toLowerCase(Locale.ROOT).split(",", MAX_LAYERS + 2)) {
                    switch (coding.trim()) {
                        case "", "identity", "none", "utf-8", "chunked" -> {}
                        default -> codings.add(coding.trim());
                    }
                }
            }
        }
        boolean known = codings.size() <= MAX_LAYERS && codings.stream().allMatch(ContentCoding::isKnown);
        return known ? Optional.of(codings) : Optional.empty();
    }

    private static boolean isKnown(String coding) {
        return switch (coding) {
            case "gzip", "x-gzip", "deflate", "x-deflate" -> true;
            case "br" -> Brotli.isAvailable();
            case "zstd" -> Zstd.isAvailable();
            default -> false;
        };
    }

    /**
     * Decodes {@code received} up to {@code maxBytes}. Where it is cut or broken, what came before counts; nothing is returned
     * if nothing came before.
     *
     * @param codings as {@link #named}
     * @param cut whether the end of what was received is missing
     */
    static Optional<Decoded> decode(byte[] received, boolean cut, List<String> codings, int maxBytes) {
        var decoded = new Decoded(received, cut);
        for (int i = codings.size() - 1; i >= 0 && decoded.bytes.length > 0; i--) {
            decoded = layer(decoded, codings.get(i), maxBytes);
            if (decoded.cut && decoded.bytes.length == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(decoded);
    }

    private static Decoded layer(Decoded coded, String coding, int maxBytes) {
        byte[] bytes = new byte[(int) Math.min(maxBytes, 4L * coded.bytes.length + PIECE)];
        int size = 0;
        boolean cut = coded.cut;
        try (InputStream in = open(new ByteArrayInputStream(coded.bytes), coding)) {
            for (int n = 0; n >= 0; ) {
                size += n;
                if (size == bytes.length) {
                    if (size == maxBytes) {
                        cut |= in.read() >= 0;
                        break;
                    }
                    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, 2L * size));
                }
                n = in.read(bytes, size, Math.min(PIECE, bytes.length - size));
            }
        } catch (IOException e) {
            cut = true;
        }
        return new Decoded(size == bytes.length ? bytes : Arrays.copyOf(bytes, size), cut);
    }

    private static InputStream open(ByteArrayInputStream coded, String coding) throws IOException {
        return switch (coding) {
            case "gzip", "x-gzip" -> new GZIPInputStream(coded);
            case "deflate", "x-deflate" -> inflate(coded);
            case "br" -> {
                var brotli = new BrotliInputStream(coded, 8 * PIECE, 8 * PIECE);
                brotli.enableEagerOutput();
                yield brotli;
            }
            case "zstd" -> new ZstdInputStreamNoFinalizer(coded).setLongMax(MAX_ZSTD_WINDOW);
            default -> throw new IllegalArgumentException(coding);
        };
    }

    /** Some servers leave out the zlib header that the standard asks for. */
    private static InputStream inflate(ByteArrayInputStream coded) {
        coded.mark(2);
        int header = coded.read() << 8 | coded.read();
        coded.reset();
        boolean zlib = (header & 0x0f00) == 0x0800 && header % 31 == 0;
        var inflater = new Inflater(!zlib);
        return new InflaterInputStream(coded, inflater) {
            @Override
            public void close() throws IOException {
                super.close();
                inflater.end();
            }
        };
    }

    private ContentCoding() {}
}
