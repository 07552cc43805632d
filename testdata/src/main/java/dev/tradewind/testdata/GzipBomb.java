package dev.tradewind.testdata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A valid gzip stream of a few bytes and a GiB of blanks after them. A MiB of blanks is deflated once and its bytes are written
 * again and again, which a full flush allows.
 */
final class GzipBomb {

    private static final int BLOCK = 1024 * 1024;
    private static final int BLOCKS = 1024;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final byte[] LAST_EMPTY_BLOCK = {3, 0};

    private final byte[] start;
    private final byte[] blanks = new byte[BLOCK];
    private final byte[] deflatedStart;
    private final byte[] deflatedBlanks;

    GzipBomb(byte[] start) {
        this.start = start.clone();
        Arrays.fill(blanks, (byte) ' ');
        deflatedStart = deflate(start);
        deflatedBlanks = deflate(blanks);
    }

    void writeTo(Connection connection) throws IOException {
        var crc = new CRC32();
        crc.update(start);
        connection.write(HEADER);
        connection.write(deflatedStart);
        for (int i = 0; i < BLOCKS; i++) {
            connection.write(deflatedBlanks);
            crc.update(blanks);
        }
        connection.write(LAST_EMPTY_BLOCK);
        int length = start.length + BLOCKS * BLOCK;
        connection.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt(length)
                .array());
    }

    private static byte[] deflate(byte[] bytes) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes);
            var out = new ByteArrayOutputStream();
            var buffer = new byte[16 * 1024];
            int n;
            do {
                n = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
                out.write(buffer, 0, n);
            } while (n == buffer.length);
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
