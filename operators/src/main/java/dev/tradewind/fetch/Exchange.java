package dev.tradewind.fetch;

import java.time.Instant;
import java.util.List;

/**
 * A raw HTTP response as the archive keeps it.
 *
 * @param headers name, value, name, value … as received
 * @param body decoded bytes (after gzip and its like), cut at the byte cap
 * @param truncated whether the cap cut it
 */
public record Exchange(
        String url,
        int status,
        String reason,
        List<String> headers,
        byte[] body,
        boolean truncated,
        Instant fetchedAt) {}
