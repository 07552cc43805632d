package dev.tradewind.testdata;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A well-formed answer; its Content-Length is set from the body.
 *
 * @param headers name, value, name, value …
 */
public record Reply(int status, List<String> headers, byte[] body) {

    public static final String HTML = "text/html; charset=utf-8";

    /** A sound page. */
    public static Reply html(String html) {
        return of(200, HTML, html.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply of(int status, String contentType, byte[] body) {
        return new Reply(status, List.of("Content-Type", contentType), body);
    }

    /** A status with the few words that servers put below it. */
    public static Reply status(int status) {
        var words = reason(status);
        return of(
                status,
                HTML,
                ("<html><head><title>%d %s</title></head><body><h1>%s</h1></body></html>"
                                .formatted(status, words, words))
                        .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param location a path or an absolute url, sent as it is
     */
    public static Reply redirect(int status, String location) {
        return new Reply(status, List.of("Location", location), new byte[0]);
    }

    public Reply with(String header, String value) {
        var more = new ArrayList<>(headers);
        more.add(header);
        more.add(value);
        return new Reply(status, List.copyOf(more), body);
    }

    static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 410 -> "Gone";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }
}
