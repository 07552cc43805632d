package dev.tradewind.testdata;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * A request that reached the loopback web.
 *
 * @param at when its head had been read
 * @param nanoTime the same by {@link System#nanoTime}, for the time between two requests
 * @param host the Host header in lower case, without port; empty where there was none
 * @param path as asked for, with its query
 * @param headers by name in lower case; of a repeated one the last
 */
public record Request(Instant at, long nanoTime, String host, String method, String path, Map<String, String> headers) {

    /** The header's value, or null. */
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    String pathWithoutQuery() {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
