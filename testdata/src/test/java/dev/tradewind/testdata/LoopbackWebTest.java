package dev.tradewind.testdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoopbackWebTest {

    private final LoopbackWeb web = LoopbackWeb.start();
    private final Visitor visitor = new Visitor(web);

    @AfterEach
    void close() {
        web.close();
    }

    @Test
    void tellsSitesApartByHost() throws Exception {
        web.site("plumber").page("/", "<h1>Pipes</h1>");
        web.site("www.bakery").page("/", "<h1>Bread – daily</h1>");

        assertThat(text("plumber", "/")).isEqualTo("<h1>Pipes</h1>");
        assertThat(text("www.bakery", "/")).isEqualTo("<h1>Bread – daily</h1>");
        assertThat(status("florist", "/")).isEqualTo(404);
    }

    @Test
    void answersUnderAWholeHostNameToo() throws Exception {
        web.site("plumber").page("/", "<h1>Pipes</h1>");

        assertThat(converse("GET / HTTP/1.1\r\nHost: PLUMBER.localhost.:80\r\nConnection: close\r\n\r\n"))
                .endsWith("<h1>Pipes</h1>");
    }

    @Test
    void namesUrlsWithThePort() {
        assertThat(web.url("plumber", "/about?x=1")).isEqualTo("http://plumber.localhost:" + web.port() + "/about?x=1");
    }

    @Test
    void answers404ToWhatASiteWasNotTold() throws Exception {
        web.site("plumber").page("/", "<h1>Pipes</h1>");

        assertThat(status("plumber", "/robots.txt")).isEqualTo(404);
        assertThat(status("plumber", "/nothing")).isEqualTo(404);
    }

    @Test
    void saysRobotsRules() throws Exception {
        web.site("plumber").robots("User-agent: *\nDisallow: /");

        var response = visitor.get("plumber", "/robots.txt");

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain");
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("User-agent: *\nDisallow: /");
    }

    @Test
    void sendsBytesAsTheyAre() throws Exception {
        var latin = "<p>Château</p>".getBytes(StandardCharsets.ISO_8859_1);
        web.site("winery").bytes("/", latin, "text/html; charset=ISO-8859-1");

        assertThat(visitor.get("winery", "/").body()).isEqualTo(latin);
    }

    @Test
    void redirectsAndRefusesWithTheStatusSaid() throws Exception {
        web.site("plumber")
                .redirect("/a", "/b")
                .redirect("/c", 301, "http://10.0.0.1/")
                .gone("/old")
                .status("/x", 500);

        assertThat(status("plumber", "/a")).isEqualTo(302);
        assertThat(visitor.get("plumber", "/a").headers().firstValue("Location"))
                .hasValue("/b");
        assertThat(status("plumber", "/c")).isEqualTo(301);
        assertThat(status("plumber", "/old")).isEqualTo(410);
        assertThat(status("plumber", "/x")).isEqualTo(500);
    }

    @Test
    void prefersTheAnswerForAPathWithItsQuery() throws Exception {
        web.site("vet").page("/", "home").page("/?p=team", "team");

        assertThat(text("vet", "/?p=team")).isEqualTo("team");
        assertThat(text("vet", "/?utm_source=x")).isEqualTo("home");
    }

    @Test
    void answersEveryPathWhereTold() throws Exception {
        web.site("soft404").otherwise("same").status("/x", 503);

        assertThat(text("soft404", "/any/path")).isEqualTo("same");
        assertThat(status("soft404", "/x")).isEqualTo(503);
    }

    @Test
    void decidesAtEachRequest() throws Exception {
        web.site("shop").reply("/", request -> Reply.html("you are " + request.header("User-Agent")));

        var request =
                visitor.request("shop", "/").header("User-Agent", "tester").build();

        assertThat(visitor.client().send(request, BodyHandlers.ofString()).body())
                .isEqualTo("you are tester");
    }

    @Test
    void failsSoOftenAsSaidAndThenRecovers() throws Exception {
        web.site("shop").page("/", "open").failing("/", 2, Reply.status(503).with("Retry-After", "1"));

        assertThat(visitor.get("shop", "/").headers().firstValue("Retry-After")).hasValue("1");
        assertThat(status("shop", "/")).isEqualTo(503);
        assertThat(text("shop", "/")).isEqualTo("open");
    }

    @Test
    void sendsNoBodyToHead() throws Exception {
        web.site("shop").page("/", "open");

        assertThat(converse("HEAD / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n"))
                .contains("Content-Length: 4\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void keepsAConnectionForFurtherRequests() throws Exception {
        web.site("shop").page("/", "one").page("/2", "two");

        assertThat(converse("POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5\r\n\r\nhello"
                        + "GET /2 HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n"))
                .contains("\r\n\r\noneHTTP/1.1 200 OK")
                .endsWith("two");
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        assertThat(converse("\u0016\u0003\u0001\u0000 client hello")).startsWith("HTTP/1.1 400");
        assertThat(converse("HELLO\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void remembersRequestsInTheirOrder() throws Exception {
        web.site("plumber").page("/", "<h1>Pipes</h1>");

        visitor.get("plumber", "/robots.txt");
        visitor.get("nobody", "/");
        visitor.get("plumber", "/?a=b");

        assertThat(web.requests("plumber")).extracting(Request::path).containsExactly("/robots.txt", "/?a=b");
        assertThat(web.requests())
                .extracting(Request::host)
                .containsExactly("plumber.localhost", "nobody.localhost", "plumber.localhost");
        assertThat(web.requests()).extracting(Request::at).isSorted();
        assertThat(web.requests()).extracting(Request::nanoTime).isSorted();
    }

    @Test
    void forgetsRequestsAndSitesWhenToldTo() throws Exception {
        web.site("plumber").page("/", "<h1>Pipes</h1>");
        assertThat(status("plumber", "/")).isEqualTo(200);

        web.forgetRequests();
        web.remove("plumber");

        assertThat(web.requests()).isEmpty();
        assertThat(status("plumber", "/")).isEqualTo(404);
    }

    @Test
    void countsTheConnectionsThatAreOpen() throws Exception {
        try (var client = new Socket("127.0.0.1", web.port())) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: plumber.localhost\r\n\r\n".getBytes());
            client.getInputStream().read();

            assertThat(web.openConnections()).isEqualTo(1);
        }
        while (web.openConnections() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void holdsAnAnswerBackUntilItIsTold() {
        var told = new CountDownLatch(1);
        web.site("held").page("/", "at last").heldBack("/", told);
        var answer = visitor.client().sendAsync(visitor.request("held", "/").build(), BodyHandlers.ofString());
        while (web.requests("held").isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(answer).isNotDone();

        told.countDown();

        assertThat(answer.join().body()).isEqualTo("at last");
    }

    @Test
    void countsHowManyRequestsASiteHadAtOnce() throws Exception {
        var bothHere = new CountDownLatch(2);
        web.site("busy").reply("/", request -> {
            bothHere.countDown();
            await(bothHere);
            return Reply.html("served");
        });

        var answers = IntStream.range(0, 2)
                .mapToObj(i ->
                        visitor.client().sendAsync(visitor.request("busy", "/").build(), BodyHandlers.ofString()))
                .toList();
        answers.forEach(CompletableFuture::join);

        assertThat(web.site("busy").mostAtOnce()).isEqualTo(2);
    }

    @Test
    void keepsAClientWaitingSoLongAsSaid() throws Exception {
        web.site("slow").page("/", "at last").slow("/", Duration.ofMillis(300));
        long start = System.nanoTime();

        assertThat(text("slow", "/")).isEqualTo("at last");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void staysSilent() {
        web.site("mute").silent("/");

        var request =
                visitor.request("mute", "/").timeout(Duration.ofMillis(300)).build();

        assertThatThrownBy(() -> visitor.client().send(request, BodyHandlers.discarding()))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void dripsABodyByteByByte() throws Exception {
        web.site("drip").drip("/");

        try (var body = visitor.get("drip", "/", BodyHandlers.ofInputStream()).body()) {
            assertThat(body.readNBytes(3)).asString().isEqualTo("<p>");
            assertThat(body.available()).isLessThan(5);
        }
    }

    @Test
    void dripsHeadersWithoutEnd() throws Exception {
        web.site("drip").dripHeaders("/");

        try (var socket = ask("GET / HTTP/1.1\r\nHost: drip.localhost\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readNBytes(22), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK\r\nX-Mor");
        }
    }

    @Test
    void sendsABodyWithoutEnd() throws Exception {
        web.site("endless").endless("/", "<h1>Here it starts</h1>");

        try (var body =
                visitor.get("endless", "/", BodyHandlers.ofInputStream()).body()) {
            var start = body.readNBytes(5_000_000);
            assertThat(start).hasSize(5_000_000);
            assertThat(new String(start, 0, 23, StandardCharsets.UTF_8)).isEqualTo("<h1>Here it starts</h1>");
        }
    }

    @Test
    void sendsAGzipBombThatIsValidGzip() throws Exception {
        web.site("bomb").gzipBomb("/", "<h1>Boom</h1>");

        var response = visitor.get("bomb", "/");

        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(response.body()).hasSizeLessThan(2_000_000);
        try (var decoded = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(decoded.readNBytes(13), StandardCharsets.UTF_8))
                    .isEqualTo("<h1>Boom</h1>");
            assertThat(sizeOf(decoded)).isEqualTo(1L << 30);
        }
    }

    @Test
    void resetsTheConnection() throws Exception {
        web.site("broken").reset("/");

        try (var socket = ask("GET / HTTP/1.1\r\nHost: broken.localhost\r\n\r\n")) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void hangsUpWithoutAnAnswer() throws Exception {
        web.site("broken").hangUp("/");

        assertThat(converse("GET / HTTP/1.1\r\nHost: broken.localhost\r\n\r\n")).isEmpty();
    }

    @Test
    void talksGarbage() {
        web.site("broken").garbage("/");

        assertThatThrownBy(() -> visitor.get("broken", "/")).isInstanceOf(IOException.class);
    }

    @Test
    void announcesMoreThanItSends() throws Exception {
        web.site("broken").tooShort("/", "<h1>Half of it</h1>");

        assertThat(converse("GET / HTTP/1.1\r\nHost: broken.localhost\r\n\r\n"))
                .contains("Content-Length: 38\r\n")
                .endsWith("\r\n\r\n<h1>Half of it</h1>");
    }

    @Test
    void sendsMoreThanItAnnounces() throws Exception {
        web.site("broken").tooLong("/", "<h1>Half of it</h1>");

        assertThat(text("broken", "/")).isEqualTo("<h1>Half ");
    }

    @Test
    void saysLengthsAndChunksThatAreNoNumbers() throws Exception {
        web.site("broken").badLength("/length").badChunks("/chunks");

        assertThat(converse("GET /length HTTP/1.1\r\nHost: broken.localhost\r\n\r\n"))
                .contains("Content-Length: minus ten\r\n");
        assertThat(converse("GET /chunks HTTP/1.1\r\nHost: broken.localhost\r\n\r\n"))
                .contains("\r\n\r\nzz\r\n");
    }

    @Test
    void saysGzipAndSendsText() throws Exception {
        web.site("broken").badGzip("/", "<h1>Plain</h1>");

        var response = visitor.get("broken", "/");

        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(response.body()).asString().isEqualTo("<h1>Plain</h1>");
    }

    @Test
    void namesAPortThatRefuses() {
        var refused = URI.create(web.refusedUrl());

        assertThatThrownBy(() -> connect(refused.getPort(), 5_000)).isInstanceOf(ConnectException.class);
    }

    @Test
    void refusesAllWhileItIsDroppedAndAnswersAsBeforeWhenItComesBack() throws Exception {
        web.site("shop").page("/", "open");
        try (var connected = connect(web.port(), 5_000)) {
            web.drop();

            assertThat(isOver(connected)).isTrue();
            assertThatThrownBy(() -> connect(web.port(), 5_000)).isInstanceOf(ConnectException.class);
        }

        web.comeBack();

        assertThat(text("shop", "/")).isEqualTo("open");
    }

    private static boolean isOver(Socket connection) throws IOException {
        try {
            return connection.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true; // it was not taken yet, and is reset
        }
    }

    @Test
    void namesAPortWhereNoConnectionComesAbout() {
        var unanswered = URI.create(web.unansweredUrl());

        assertThatThrownBy(() -> connect(unanswered.getPort(), 300)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void servesAFolder(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("team"));
        Files.writeString(folder.resolve("index.html"), "home");
        Files.writeString(folder.resolve("about.html"), "about");
        Files.writeString(folder.resolve("team/index.html"), "team");
        Files.writeString(folder.resolve("robots.txt"), "User-agent: *");
        Files.writeString(
                folder.resolve("_site.txt"),
                """
                # what files cannot say
                redirect /us /about
                status /closed 503
                file /index.php?p=2 about.html
                content-type text/html
                """);
        Files.writeString(folder.resolveSibling(folder.getFileName() + ".html"), "secret");
        web.serve("shop", folder).slow("/about", Duration.ofMillis(1));

        assertThat(text("shop", "/")).isEqualTo("home");
        assertThat(text("shop", "/about")).isEqualTo("about");
        assertThat(text("shop", "/about.html?x=1")).isEqualTo("about");
        assertThat(text("shop", "/team")).isEqualTo("team");
        assertThat(text("shop", "/team/")).isEqualTo("team");
        assertThat(text("shop", "/index.php?p=2")).isEqualTo("about");
        assertThat(visitor.get("shop", "/us").headers().firstValue("Location")).hasValue("/about");
        assertThat(status("shop", "/closed")).isEqualTo(503);
        assertThat(status("shop", "/_site.txt")).isEqualTo(404);
        assertThat(status("shop", "/nothing")).isEqualTo(404);
        assertThat(visitor.get("shop", "/").headers().firstValue("Content-Type"))
                .hasValue("text/html");
        assertThat(converse("GET /../" + folder.getFileName()
                        + ".html HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    @Test
    void endsAllConversationsWhenItCloses() throws Exception {
        web.site("slow").slow("/", Duration.ofHours(1)).silent("/silent");
        var waiting = List.of("/", "/silent").stream()
                .map(path -> visitor.client()
                        .sendAsync(
                                visitor.request("slow", path)
                                        .POST(BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.discarding()))
                .toList();
        while (web.requests().size() < 2) {
            Thread.onSpinWait();
        }

        web.close();

        for (var answer : waiting) {
            assertThatThrownBy(answer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> connect(web.port(), 5_000)).isInstanceOf(ConnectException.class);
    }

    private String text(String site, String path) throws Exception {
        return new String(visitor.get(site, path).body(), StandardCharsets.UTF_8);
    }

    private int status(String site, String path) throws Exception {
        return visitor.get(site, path).statusCode();
    }

    /** Sends these bytes and reads until the server closes. */
    private String converse(String request) throws IOException {
        try (var socket = ask(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private Socket ask(String request) throws IOException {
        var socket = connect(web.port(), 5_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static Socket connect(int port, int millis) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), millis);
        return socket;
    }

    private static long sizeOf(InputStream in) throws IOException {
        var buffer = new byte[64 * 1024];
        long size = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            size += n;
        }
        return size;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
