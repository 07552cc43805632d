package dev.tradewind.testdata;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Bodies as servers compress them. */
public final class Compressed {
    private static final int MEBIBYTE = 1 << 20;

    /**
     * The text in UTF-8 and that many MiB of blanks behind it.
     *
     * @param codings {@code gzip}, {@code deflate}, {@code deflate-raw} (without the zlib header), {@code br} and {@code zstd}, or
     *     several of them with commas between, in the order they are applied
     */
    public static byte[] of(String codings, String text, int mebibytes) {
        String[] each = codings.split(",");
        var out = new ByteArrayOutputStream();
        try (OutputStream coded = compressing(out, each[0].trim())) {
            coded.write(text.getBytes(StandardCharsets.UTF_8));
            byte[] blanks = new byte[MEBIBYTE];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < mebibytes; i++) {
                coded.write(blanks);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 1; i < each.length; i++) {
            out = again(out, each[i].trim());
        }
        return out.toByteArray();
    }

    private static ByteArrayOutputStream again(ByteArrayOutputStream body, String coding) {
        var out = new ByteArrayOutputStream();
        try (OutputStream coded = compressing(out, coding)) {
            body.writeTo(coded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out;
    }

    private static OutputStream compressing(OutputStream out, String coding) throws IOException {
        return switch (coding) {
            case "gzip", "x-gzip" -> new GZIPOutputStream(out);
            case "deflate" -> new DeflaterOutputStream(out);
            case "deflate-raw" -> new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
            case "br" -> {
                Brotli4jLoader.ensureAvailability();
                yield new BrotliOutputStream(out, Encoder.Parameters.create(3));
            }
            case "zstd" -> new ZstdOutputStream(out);
            default -> throw new IllegalArgumentException(coding);
        };
    }

    private Compressed() {}
}
