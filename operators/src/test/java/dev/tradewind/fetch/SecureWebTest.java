package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecureWebTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private static Path authority;
    private static final Map<String, HttpsServer> SERVERS = new HashMap<>();
    private static final Queue<String> COOKIES_SENT = new ConcurrentLinkedQueue<>();

    /** Three servers: with a certificate of our authority, with one of it that has expired, and with one that signs itself. */
    @BeforeAll
    static void start() throws Exception {
        authority = folder.resolve("authority.p12");
        keytool(authority, "-genkeypair", "-keyalg", "EC", "-dname", "CN=Authority", "-ext", "bc:c", "-alias", "a");
        serve("joes", "-validity", "30");
        serve("expired", "-startdate", "-30d", "-validity", "5");
        Path own = folder.resolve("selfsigned.p12");
        keytool(own, "-genkeypair", "-keyalg", "EC", "-dname", "CN=Own", "-ext", "san=dns:selfsigned.localhost");
        serve("selfsigned", own);
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(server -> server.stop(0));
    }

    @BeforeEach
    void forget() {
        COOKIES_SENT.clear();
    }

    @Test
    void readsASiteWhoseCertificateIsTrustedAndBringsItsCookiesBack() throws Exception {
        assertThat(look("joes", "joes.localhost", true, true)).isEqualTo("read");
        assertThat(COOKIES_SENT).containsExactly("none", "a=1");
    }

    @Test
    void readsNoSiteWhoseCertificateNobodyTrusts() throws Exception {
        assertThat(look("joes", "joes.localhost", true, false)).isEqualTo("tls-failure");
    }

    @ParameterizedTest(name = "{1} of the server {0}")
    @CsvSource({"joes, moes.localhost", "expired, expired.localhost", "selfsigned, selfsigned.localhost"})
    void readsASiteThatCannotProveWhoItIsOnlyWhereThatIsAllowedAndGivesItNoCookie(String server, String host)
            throws Exception {
        assertThat(look(server, host, true, true)).isEqualTo("tls-failure");
        assertThat(COOKIES_SENT).isEmpty();

        assertThat(look(server, host, false, true)).isEqualTo("read");
        assertThat(COOKIES_SENT).containsExactly("none", "none");
    }

    /** The outcome at a page that gives a cookie and redirects to one that wants none. */
    private static String look(String server, String host, boolean verified, boolean trusted) throws Exception {
        if (trusted) {
            System.setProperty("javax.net.ssl.trustStore", authority.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        }
        var settings = LoopbackCrawl.delayed(Duration.ofSeconds(15), Duration.ofMillis(trusted ? 1 : 2))
                .with(new CrawlSettings.Reach(null, List.of("127.0.0.0/8"), verified));
        try (var crawler = Crawler.open(settings)) {
            int port = SERVERS.get(server).getAddress().getPort();
            return crawler.reader()
                    .read("https://" + host + ":" + port + "/", true, Set.of(), 10_000)
                    .get(20, TimeUnit.SECONDS)
                    .outcome();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private static void serve(String name, String... validity) throws Exception {
        Path keys = folder.resolve(name + ".p12");
        Path request = folder.resolve(name + ".csr");
        Path certificate = folder.resolve(name + ".pem");
        Path root = folder.resolve("authority.pem");
        keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(keys, "-certreq", "-file", request.toString());
        List<String> sign = new ArrayList<>(List.of("-gencert", "-alias", "a", "-rfc"));
        sign.addAll(List.of("-infile", request.toString(), "-outfile", certificate.toString()));
        sign.addAll(List.of("-ext", "san=dns:" + name + ".localhost"));
        sign.addAll(List.of(validity));
        keytool(authority, sign.toArray(String[]::new));
        keytool(authority, "-exportcert", "-alias", "a", "-rfc", "-file", root.toString());
        keytool(keys, "-importcert", "-noprompt", "-alias", "a", "-file", root.toString());
        keytool(keys, "-importcert", "-noprompt", "-file", certificate.toString());
        serve(name, keys);
    }

    private static void serve(String name, Path keys) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", SecureWebTest::answer);
        server.start();
        SERVERS.put(name, server);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] page = "<title>Joe's</title>".getBytes();
        if (!path.equals("/robots.txt")) {
            String cookie = exchange.getRequestHeaders().getFirst("Cookie");
            COOKIES_SENT.add(cookie == null ? "none" : cookie);
        }
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        exchange.getResponseHeaders().add("Set-Cookie", "a=1");
        exchange.getResponseHeaders().add("Location", "/in");
        exchange.sendResponseHeaders(
                switch (path) {
                    case "/" -> 302;
                    case "/in" -> 200;
                    default -> 404;
                },
                page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    private static void keytool(Path keys, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", keys.toString(), "-storepass", PASSWORD));
        var log = folder.resolve("keytool.log").toFile();
        int made = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start()
                .waitFor();
        assertThat(made).as(Files.readString(log.toPath())).isZero();
    }
}
