package dev.tradewind.testdata;

import dev.tradewind.testdata.Connection.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * One web site of a {@link LoopbackWeb}: what it does at which path. A path may hold a query; where a request with a query has no
 * answer of its own, that of the path without it counts. What is told later replaces what was told before. HEAD is answered
 * like GET, without the body where the answer is a well-formed one.
 */
public final class Site {

    private static final Duration DRIP = Duration.ofMillis(100);
    private static final byte[] MORE = "<p>and so on, and on, and on</p>\n".getBytes(StandardCharsets.US_ASCII);

    private final String name;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile Function<Request, Reply> otherwise = request -> Reply.status(404);
    private volatile boolean toldOtherwise;

    Site(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** The most requests that were being answered at one time. */
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    // Sound answers

    public Site page(String path, String html) {
        return reply(path, Reply.html(html));
    }

    /** The body as it is: for charsets and types of all kinds. */
    public Site bytes(String path, byte[] body, String contentType) {
        return reply(path, Reply.of(200, contentType, body));
    }

    public Site robots(String text) {
        return bytes("/robots.txt", text.getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    public Site reply(String path, Reply reply) {
        return reply(path, request -> reply);
    }

    /** Decides at each request: for cookies, counters and the like. */
    public Site reply(String path, Function<Request, Reply> how) {
        return answer(path, (request, to) -> to.send(how.apply(request), hasBody(request)));
    }

    /** Answers every path that nothing else was said about with the same page. */
    public Site otherwise(String html) {
        var reply = Reply.html(html);
        return otherwise(request -> reply);
    }

    /** Decides about every path that nothing else was said about. */
    public Site otherwise(Function<Request, Reply> how) {
        otherwise = how;
        toldOtherwise = true;
        return this;
    }

    /**
     * Answers paths that nothing else was said about from a folder: {@code /} with {@code index.html}, {@code /about} with
     * {@code about.html} or {@code about/index.html}. A file {@code _site.txt} in it says what files cannot, a line each:
     *
     * <pre>
     * redirect / /home
     * status /team 503
     * file /index.php?page=team team.html
     * content-type text/html
     * </pre>
     *
     * <p>The last is the type of html files, {@value Reply#HTML} where it is not said.
     */
    Site files(Folder folder) {
        var htmlType = Reply.HTML;
        for (var line : folder.lines("_site.txt")) {
            if (line.startsWith("content-type ")) {
                htmlType = line.substring("content-type ".length());
            }
        }
        for (var line : folder.lines("_site.txt")) {
            var words = line.split(" ");
            switch (words[0]) {
                case "redirect" -> redirect(words[1], words[2]);
                case "status" -> status(words[1], Integer.parseInt(words[2]));
                case "file" -> reply(words[1], folder.reply200(words[2], htmlType));
                case "content-type" -> {}
                default -> throw new IllegalArgumentException(name + "/_site.txt: " + line);
            }
        }
        var type = htmlType;
        return otherwise(request -> {
            var reply = folder.reply(request.pathWithoutQuery(), type);
            return reply != null ? reply : Reply.status(404);
        });
    }

    /** 302. */
    public Site redirect(String path, String to) {
        return redirect(path, 302, to);
    }

    /**
     * @param to a path or an absolute url, sent as it is
     */
    public Site redirect(String path, int status, String to) {
        return reply(path, Reply.redirect(status, to));
    }

    public Site status(String path, int status) {
        return reply(path, Reply.status(status));
    }

    /** 410. */
    public Site gone(String path) {
        return status(path, 410);
    }

    /** Answers with the status so many times, and only then as it was told before. */
    public Site failing(String path, int times, Reply failure) {
        var then = answers.getOrDefault(path, this::giveOtherwise);
        var left = new AtomicInteger(times);
        return answer(path, (request, to) -> {
            if (left.getAndDecrement() > 0) {
                to.send(failure, hasBody(request));
            } else {
                then.give(request, to);
            }
        });
    }

    // Slowness

    /** Says nothing for that time, then answers as it was told before; with a small page where it was told nothing. */
    public Site slow(String path, Duration before) {
        if (!toldOtherwise && !answers.containsKey(path)) {
            page(path, "<p>Sorry to keep you waiting.</p>");
        }
        var then = answers.getOrDefault(path, this::giveOtherwise);
        return answer(path, (request, to) -> {
            to.pause(before);
            then.give(request, to);
        });
    }

    /** Says nothing until the latch opens, then answers as it was told before. */
    public Site heldBack(String path, CountDownLatch until) {
        var then = answers.getOrDefault(path, this::giveOtherwise);
        return answer(path, (request, to) -> {
            to.await(until);
            then.give(request, to);
        });
    }

    /** Takes the request and says nothing more. */
    public Site silent(String path) {
        return answer(path, (request, to) -> to.waitForClient());
    }

    /** Says nothing to so many requests, and only then answers as it was told before. */
    public Site silent(String path, int times) {
        var then = answers.getOrDefault(path, this::giveOtherwise);
        var left = new AtomicInteger(times);
        return answer(path, (request, to) -> {
            if (left.getAndDecrement() > 0) {
                to.waitForClient();
            } else {
                then.give(request, to);
            }
        });
    }

    /** A sound head, then a body that comes ten bytes a second and has no end. */
    public Site drip(String path) {
        return answer(path, (request, to) -> {
            to.writeHeadWithoutLength("Content-Type: text/html");
            while (true) {
                to.drip(MORE, DRIP);
            }
        });
    }

    /** Headers that come ten bytes a second and have no end. */
    public Site dripHeaders(String path) {
        return answer(path, (request, to) -> {
            to.write("HTTP/1.1 200 OK\r\n");
            for (int i = 0; ; i++) {
                to.drip(("X-More-" + i + ": and so on\r\n").getBytes(StandardCharsets.US_ASCII), DRIP);
            }
        });
    }

    // Size

    /** The html, then more and more text, as fast as it is taken and without end. */
    public Site endless(String path, String html) {
        return answer(path, (request, to) -> {
            to.writeHeadWithoutLength("Content-Type: " + Reply.HTML);
            to.write(html.getBytes(StandardCharsets.UTF_8));
            var lines = new String(MORE, StandardCharsets.US_ASCII).repeat(500).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                to.write(lines);
            }
        });
    }

    public Site endless(String path) {
        return endless(path, "<html><head><title>Without end</title></head><body>");
    }

    /** The html, then a GiB of blanks, gzipped to a MiB. */
    public Site gzipBomb(String path, String html) {
        var bomb = new GzipBomb(html.getBytes(StandardCharsets.UTF_8));
        return answer(path, (request, to) -> {
            to.writeHeadWithoutLength("Content-Type: " + Reply.HTML, "Content-Encoding: gzip");
            bomb.writeTo(to);
        });
    }

    public Site gzipBomb(String path) {
        return gzipBomb(path, "<html><head><title>Bomb</title></head><body>");
    }

    /** The html and that many MiB of blanks behind it, compressed as {@link Compressed#of} says. */
    public Site compressed(String path, String codings, String html, int mebibytes) {
        byte[] body = Compressed.of(codings, html, mebibytes);
        return reply(path, Reply.of(200, Reply.HTML, body).with("Content-Encoding", codings));
    }

    // Broken HTTP

    /** Takes the request and resets the connection (RST) without an answer. */
    public Site reset(String path) {
        return answer(path, (request, to) -> to.reset());
    }

    /** Takes the request and closes the connection in good order without an answer. */
    public Site hangUp(String path) {
        return answer(path, (request, to) -> to.hangUp());
    }

    /** Something that is not HTTP, without a status line. */
    public Site garbage(String path) {
        return raw(path, "\u0016\u0003\u0001 what is this?\r\nno status line: none\r\n\r\n<p>nothing</p>");
    }

    /** Announces twice as many bytes as it has, sends what it has and closes. */
    public Site tooShort(String path, String html) {
        return raw(path, announcing(2 * html.length(), html));
    }

    /** Announces half as many bytes as it sends. */
    public Site tooLong(String path, String html) {
        return raw(path, announcing(html.length() / 2, html));
    }

    /** A Content-Length that is no number. */
    public Site badLength(String path) {
        return raw(path, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: minus ten\r\n\r\n<p>Ten</p>");
    }

    /** Chunks whose sizes are no numbers. */
    public Site badChunks(String path) {
        return raw(
                path,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<p>Ten</p>\r\n0\r\n\r\n");
    }

    /** Says that the body is gzip and sends plain text. */
    public Site badGzip(String path, String html) {
        return reply(path, Reply.html(html).with("Content-Encoding", "gzip"));
    }

    /** These very bytes, each char of the text one, then the end of the connection. */
    public Site raw(String path, String latin1) {
        return answer(path, (request, to) -> {
            to.write(latin1);
            to.hangUp();
        });
    }

    private static String announcing(int length, String html) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + length + "\r\n\r\n" + html;
    }

    private Site answer(String path, Answer answer) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path starts with a slash: " + path);
        }
        answers.put(path, answer);
        return this;
    }

    void answer(Request request, Connection to) throws IOException {
        mostAtOnce.accumulateAndGet(inProgress.incrementAndGet(), Math::max);
        try {
            var answer = answers.get(request.path());
            if (answer == null) {
                answer = answers.getOrDefault(request.pathWithoutQuery(), this::giveOtherwise);
            }
            answer.give(request, to);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            inProgress.decrementAndGet();
        }
    }

    private void giveOtherwise(Request request, Connection to) throws IOException {
        to.send(otherwise.apply(request), hasBody(request));
    }

    private static boolean hasBody(Request request) {
        return !request.method().equals("HEAD");
    }
}
