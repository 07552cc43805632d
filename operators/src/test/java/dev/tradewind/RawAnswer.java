package dev.tradewind;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A fuzzer's input taken as a line about an answer, and the answer's body.
 *
 * @param head the first line, as headers come: each octet a character; null where it is empty
 */
public record RawAnswer(String head, byte[] body) {

    public static RawAnswer of(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
            end++;
        }
        String head = new String(input, 0, end, StandardCharsets.ISO_8859_1);
        byte[] body = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
        return new RawAnswer(head.isEmpty() ? null : head, body);
    }

    /** One half of all bodies is. */
    public boolean truncated() {
        return body.length % 2 == 1;
    }
}
