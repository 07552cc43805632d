package dev.tradewind.fetch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on an address that must not be reached. Whoever comes is counted, and is shown the same page at every path. */
final class ForbiddenHost implements AutoCloseable {
    static final String SECRET = "What nobody outside should read";

    private final ServerSocket listener = new ServerSocket();
    private final AtomicInteger connections = new AtomicInteger();

    /** @param port 0 for any */
    ForbiddenHost(String address, int port) throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        var thread = new Thread(this::serve, "forbidden-" + address);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (var socket = listener.accept()) {
                connections.incrementAndGet();
                var lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = lines.readLine(); line != null && !line.isEmpty(); ) {
                    line = lines.readLine();
                }
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>" + SECRET)
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // closed, or the visitor left
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
