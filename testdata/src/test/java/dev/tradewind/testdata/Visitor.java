package dev.tradewind.testdata;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a loopback web the way a client does that resolves every name under .localhost to 127.0.0.1. */
final class Visitor {

    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
    }

    private final LoopbackWeb web;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    Visitor(LoopbackWeb web) {
        this.web = web;
    }

    HttpResponse<byte[]> get(String site, String path) throws IOException, InterruptedException {
        return client.send(request(site, path).build(), BodyHandlers.ofByteArray());
    }

    <T> HttpResponse<T> get(String site, String path, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return client.send(request(site, path).build(), body);
    }

    HttpRequest.Builder request(String site, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
                .header("Host", web.authority(site))
                .timeout(Duration.ofSeconds(30));
    }

    HttpClient client() {
        return client;
    }
}
