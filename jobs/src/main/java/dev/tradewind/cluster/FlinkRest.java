package dev.tradewind.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Flink's REST interface, which is also its web UI. Who does not answer within 20 seconds counts as not there. */
public record FlinkRest(String address) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration ANSWER = Duration.ofSeconds(20);

    public static FlinkRest at(int port) {
        return new FlinkRest("http://localhost:" + port);
    }

    public static int freePort() throws IOException {
        return freePort(0);
    }

    /**
     * @param wanted 0 for any
     * @throws IOException if it is in use
     */
    public static int freePort(int wanted) throws IOException {
        try (var free = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body))));
    }

    public JsonNode patch(String path) throws IOException, InterruptedException {
        return send(request(path).method("PATCH", BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .timeout(ANSWER);
    }

    private static JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = HTTP.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(response + ": " + response.body());
        }
        return Json.MAPPER.readTree(response.body());
    }
}
