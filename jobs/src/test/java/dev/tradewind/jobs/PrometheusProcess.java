package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.shared.Json;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real Prometheus on a free port of loopback, which scrapes one target every two seconds and evaluates rules every second. */
final class PrometheusProcess implements AutoCloseable {
    private static final Path UNPACKED = Path.of("target/prometheus/usr/bin").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final String address;

    private PrometheusProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * @param folder for its configuration, its log and what it scrapes
     * @param target the port of loopback that it scrapes
     */
    static PrometheusProcess start(Path folder, Path rules, int target) throws IOException {
        var listens = "127.0.0.1:" + FlinkRest.freePort();
        var configuration = Files.writeString(
                folder.resolve("prometheus.yml"),
                """
                global: {scrape_interval: 2s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: tradewind
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """
                        .formatted(rules.toRealPath(), target));
        var process = new ProcessBuilder(
                        program("prometheus"),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("series"),
                        "--web.listen-address=" + listens)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusProcess(process, "http://" + listens);
    }

    /**
     * Runs promtool, which ends well or fails the test with what it said.
     *
     * @return what it said
     */
    static String promtool(String... args) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program("promtool")));
        command.addAll(List.of(args));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ":\n" + said);
        }
        return said;
    }

    /**
     * The series that an expression gives now.
     *
     * @throws IOException when Prometheus does not answer, or does not understand the expression
     */
    List<JsonNode> query(String expression) throws IOException, InterruptedException {
        return elements(get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)), "result");
    }

    /** The series that a selector names, those included that a scrape which came too late left out. */
    List<JsonNode> scraped(String selector) throws IOException, InterruptedException {
        return query("last_over_time(" + selector + "[5m])");
    }

    /** The alerts that are pending or firing. */
    List<JsonNode> alerts() throws IOException, InterruptedException {
        return elements(get("/api/v1/alerts"), "alerts");
    }

    /** The groups of rules that were loaded, with the state of each rule. */
    List<JsonNode> ruleGroups() throws IOException, InterruptedException {
        return elements(get("/api/v1/rules"), "groups");
    }

    /** Names of all series that were ever scraped. */
    List<String> names() throws IOException, InterruptedException {
        return Stream.of(get("/api/v1/label/__name__/values"))
                .flatMap(names -> names.valueStream().map(JsonNode::asText))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private static List<JsonNode> elements(JsonNode data, String field) {
        return data.get(field).valueStream().toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var response =
                HTTP.send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response + ": " + response.body());
        }
        return Json.MAPPER.readTree(response.body()).get("data");
    }

    private static String program(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of(UNPACKED.toString()))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Neither on the PATH nor in " + UNPACKED + ": " + name))
                .toString();
    }
}
