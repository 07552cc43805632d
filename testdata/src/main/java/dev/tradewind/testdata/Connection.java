package dev.tradewind.testdata;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One client's connection: requests come in one after the other, each is answered before the next is read. */
final class Connection {

    private static final int LONGEST_HEAD = 64 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final CountDownLatch closing;
    private boolean open = true;

    /** Writes whatever it likes to the connection in answer to one request. */
    interface Answer {
        void give(Request request, Connection to) throws IOException;
    }

    /**
     * @param closing reaches zero when the web closes, which ends all pauses
     */
    Connection(Socket socket, CountDownLatch closing) throws IOException {
        this.socket = socket;
        this.closing = closing;
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Whether a next request may be read. */
    boolean isOpen() {
        return open;
    }

    /**
     * The next request, read to its end.
     *
     * @return null when the client has gone, or when it does not speak HTTP
     */
    Request next() throws IOException {
        var lines = readHead();
        if (lines == null) {
            return null;
        }
        var first = lines[0].split(" ");
        if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
            refuse();
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).trim().toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).trim());
            }
        }
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        open = first[2].equals("HTTP/1.1") && !"close".equalsIgnoreCase(headers.get("connection"));
        return new Request(
                Instant.now(),
                System.nanoTime(),
                hostOf(headers.getOrDefault("host", "")),
                first[0],
                first[1],
                Map.copyOf(headers));
    }

    private String[] readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int b = in.read();
            if (b < 0 || head.size() > LONGEST_HEAD) {
                return null;
            }
            if (head.size() == 0 && !Character.isLetter(b)) {
                refuse(); // a TLS greeting, for one: it would wait for an answer before it sends a line's end
                return null;
            }
            if (b == '\n') {
                newlines++;
            } else if (b != '\r') {
                newlines = 0;
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1).strip().split("\r?\n");
    }

    private void refuse() throws IOException {
        open = false;
        send(Reply.status(400), true);
    }

    private static String hostOf(String header) {
        int colon = header.lastIndexOf(':');
        var host = colon < 0 ? header : header.substring(0, colon);
        return (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    }

    void send(Reply reply, boolean bodyToo) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + reply.status() + " " + Reply.reason(reply.status()) + "\r\n");
        for (int i = 0; i + 1 < reply.headers().size(); i += 2) {
            head.append(reply.headers().get(i))
                    .append(": ")
                    .append(reply.headers().get(i + 1))
                    .append("\r\n");
        }
        head.append("Content-Length: ").append(reply.body().length).append("\r\n");
        head.append(open ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (bodyToo) {
            all.writeBytes(reply.body());
        }
        write(all.toByteArray());
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Latin-1, so that each char is a byte. */
    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The body has no announced length and ends with the connection. */
    void writeHeadWithoutLength(String... headers) throws IOException {
        var head = new StringBuilder("HTTP/1.1 200 OK\r\nConnection: close\r\n");
        for (var header : headers) {
            head.append(header).append("\r\n");
        }
        write(head + "\r\n");
        open = false;
    }

    /** One byte, a pause, the next byte, and so on. */
    void drip(byte[] bytes, Duration between) throws IOException {
        for (byte b : bytes) {
            write(new byte[] {b});
            pause(between);
        }
    }

    /**
     * @throws SocketException when the web closes meanwhile
     */
    void pause(Duration time) throws IOException {
        try {
            if (closing.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SocketException("the loopback web closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    /**
     * @throws SocketException when the web closes meanwhile
     */
    void await(CountDownLatch latch) throws IOException {
        try {
            while (!latch.await(100, TimeUnit.MILLISECONDS)) {
                pause(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    /** Waits, without a word, until the client gives up. */
    void waitForClient() throws IOException {
        while (in.read() >= 0) {
            // a client that sends on is still there
        }
        throw new EOFException();
    }

    /** Ends the connection in good order once what was written has been read. */
    void hangUp() {
        open = false;
    }

    /** Ends the connection at once with an RST. */
    void reset() throws IOException {
        open = false;
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
