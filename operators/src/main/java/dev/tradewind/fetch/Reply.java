package dev.tradewind.fetch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of one HTTP request.
 *
 * @param failure the {@link Outcome} that stands for why there is no response, or null
 * @param exchange the response, or null
 * @param stale whether the connection had been idle and was closed, perhaps before the server saw the request
 */
record Reply(String failure, Exchange exchange, boolean stale) {

    static Reply of(Exchange exchange) {
        return new Reply(null, exchange, false);
    }

    static Reply failed(String outcome) {
        return new Reply(outcome, null, false);
    }

    /** 0 if there is no response. */
    int status() {
        return exchange == null ? 0 : exchange.status();
    }

    /** Whether another address of the host may be better. */
    boolean neverConnected() {
        return Outcome.CONNECTION_REFUSED.equals(failure) || Outcome.CONNECT_TIMEOUT.equals(failure);
    }

    /** How long the host asks to be left alone; 0 where it does not. */
    long retryAfterMillis() {
        return RetryAfter.millis(header("retry-after"), header("date"), System.currentTimeMillis());
    }

    /** All headers of that name. */
    List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < exchange.headers().size(); i += 2) {
            if (exchange.headers().get(i).equalsIgnoreCase(name)) {
                values.add(exchange.headers().get(i + 1));
            }
        }
        return values;
    }

    /** The first header of that name, or null. */
    String header(String name) {
        for (int i = 0; i < exchange.headers().size(); i += 2) {
            if (exchange.headers().get(i).equalsIgnoreCase(name)) {
                return exchange.headers().get(i + 1);
            }
        }
        return null;
    }

    String contentType() {
        return header("content-type");
    }

    /** Where the response redirects to, as it is written there; null if it does not. */
    String redirect() {
        return switch (exchange.status()) {
            case 301, 302, 303, 307, 308 -> {
                String location = header("location");
                // Header octets come as Latin-1, but what servers write there is UTF-8.
                yield location == null
                        ? null
                        : new String(location.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
            default -> null;
        };
    }
}
