package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureWebTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private static Path keys;
    private static HttpsServer server;

    /** Serves a page with a certificate for joes.localhost that nobody has signed. */
    @BeforeAll
    static void start() throws Exception {
        keys = folder.resolve("keys.p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=Joe",
                        "-ext",
                        "san=dns:joes.localhost",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        assertThat(made).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] page = "<title>Joe's</title>".getBytes();
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/") ? 200 : 404, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void readsASiteWhoseCertificateIsTrusted() throws Exception {
        assertThat(look("joes.localhost", true)).isEqualTo("read");
    }

    @Test
    void readsNoSiteWhoseCertificateIsForAnother() throws Exception {
        assertThat(look("moes.localhost", true)).isEqualTo("tls-failure");
    }

    @Test
    void readsNoSiteWhoseCertificateNobodyTrusts() throws Exception {
        assertThat(look("joes.localhost", false)).isEqualTo("tls-failure");
    }

    private static String look(String host, boolean trusted) throws Exception {
        if (trusted) {
            System.setProperty("javax.net.ssl.trustStore", keys.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        }
        var settings = LoopbackCrawl.delayed(Duration.ofSeconds(15), Duration.ofMillis(trusted ? 1 : 2));
        try (var crawler = Crawler.open(settings)) {
            String url = "https://" + host + ":" + server.getAddress().getPort() + "/";
            return crawler.reader()
                    .read(url, true, Set.of(), 10_000)
                    .get(20, TimeUnit.SECONDS)
                    .outcome();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }
}
