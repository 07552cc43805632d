package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.LoopbackWeb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job from topic to topic, watched by a real Prometheus: a few of its sites can be read, most have no home page, and those all
 * share one slow host, so that input waits.
 */
class WatchIT {
    private static final int READABLE = 5;
    private static final int MISSING = 600;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern METRIC = Pattern.compile("\\bflink_\\w+");

    private static KafkaBroker broker;
    private static LoopbackWeb web;
    private static RunningCommand job;
    private static PrometheusProcess prometheus;

    @BeforeAll
    static void startAll(@TempDir Path folder) throws Exception {
        web = LoopbackWeb.start();
        broker = KafkaBroker.start();
        broker.topic("businesses", 1);
        broker.topic("predictions", 1);
        broker.topic("rejected", 1);
        int port = FlinkRest.freePort();
        job = RunningCommand.start(
                "classify",
                "--source=kafka",
                "--sink=kafka",
                "--kafka.bootstrap-servers=" + broker.address(),
                "--kafka.businesses=businesses",
                "--kafka.predictions=predictions",
                "--kafka.rejected=rejected",
                "--kafka.property=max.poll.records=5",
                "--crawl.allow-addresses=127.0.0.0/8",
                "--crawl.delay=50ms",
                "--crawl.address-delay=0s",
                "--crawl.sites-in-flight=2",
                "--checkpoint.interval=1s",
                "--parallelism=1",
                // so that little waits between the operators and much in Kafka
                "--flink=taskmanager.memory.segment-size=4kb",
                "--flink=metrics.reporters=prom",
                "--flink=metrics.reporter.prom.factory.class="
                        + "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
                "--flink=metrics.reporter.prom.port=" + port,
                "--flink=metrics.fetcher.update-interval=500");
        prometheus = PrometheusProcess.start(folder, AlertRules.FILE, port);
        // what is counted before the first scrape is no increase
        awaitThat("a first scrape", () -> !prometheus
                .query("flink_taskmanager_job_task_operator_status_predictions")
                .isEmpty());
        sendBusinesses();
    }

    @AfterAll
    static void stopAll() throws Exception {
        prometheus.close();
        job.close();
        broker.close();
        web.close();
    }

    private static void sendBusinesses() throws Exception {
        broker.send("businesses", "no business");
        for (int site = 0; site < READABLE; site++) {
            var name = "readable-" + site;
            web.site(name)
                    .page("/", "<title>Smith Plumbing</title>" + "<p>We repair pipes, drains and heaters.".repeat(5));
            broker.send("businesses", business(name, web.url(name, "/")));
        }
        for (int business = 0; business < MISSING; business++) {
            broker.send("businesses", business("missing-" + business, web.url("missing", "/" + business)));
        }
    }

    private static String business(String id, String url) throws Exception {
        return Json.MAPPER.writeValueAsString(Map.of("id", id, "name", "n".repeat(300), "url", url));
    }

    @Test
    void everyPanelOfTheDashboardShowsSomething() throws Exception {
        for (var panel : Dashboard.read().panels()) {
            for (var expression : Dashboard.expressions(panel)) {
                awaitThat(panel.get("title").asText() + ": " + expression, () -> prometheus
                        .query(expression
                                .replace("$__rate_interval", "1m")
                                .replace("$job_name", ".*")
                                .replace("$instance", ".*"))
                        .stream()
                        .anyMatch(series -> Double.isFinite(value(series))));
            }
        }
    }

    @Test
    void theReadmeNamesEveryMetricOfOursAndNoOther() throws Exception {
        Set<String> named = new TreeSet<>();
        for (var row : MetricsTable.ours()) {
            for (var series : row.series()) {
                named.add(series.name());
                awaitThat(
                        series.name(), () -> !prometheus.scraped(series.name()).isEmpty());
                assertThat(prometheus.scraped(series.name())).as(series.name()).allSatisfy(found -> assertThat(
                                found.get("metric").properties())
                        .extracting(Map.Entry::getKey)
                        .contains("job_name", "operator_name", "task_name", "subtask_index", "tm_id")
                        .containsAll(series.labels()));
            }
        }

        assertThat(namesOfOurs()).isEqualTo(named);
        for (var expression : MetricsTable.ofFlink()) {
            assertThat(prometheus.scraped(expression)).as(expression).isNotEmpty();
        }
    }

    @Test
    void theReadmeNamesEveryMetricOfOursAsTheWebUiDoes() throws Exception {
        for (var row : MetricsTable.ours()) {
            awaitThat(row.inWebUi(), () -> namesInWebUi().stream().anyMatch(row::isShownAs));
        }
    }

    @Test
    void inputThatWaitsIsSeenAsLag() throws Exception {
        awaitThat(
                "lag",
                () ->
                        prometheus
                                .query("max_over_time(flink_taskmanager_job_task_operator_pendingRecords[5m]) > 10")
                                .stream()
                                .anyMatch(series -> value(series) <= MISSING + READABLE + 1));
    }

    @Test
    void theRulesAreLoadedAndAskForMetricsThatThereAre() throws Exception {
        var rules = AlertRules.read();

        awaitThat("evaluation of all rules", () -> loadedRules().stream()
                .allMatch(rule -> rule.get("health").asText().equals("ok")));

        assertThat(loadedRules())
                .extracting(rule -> rule.get("name").asText())
                .containsExactlyInAnyOrderElementsOf(rules.names());
        var scraped = prometheus.names();
        assertThat(rules.alerts()).allSatisfy(alert -> assertThat(
                        METRIC.matcher(alert.get("expr").asText()).results().map(metric -> metric.group()))
                .isNotEmpty()
                .isSubsetOf(scraped));
    }

    @Test
    void sitesThatAllFailRaiseAnAlertThatSaysSo() throws Exception {
        awaitThat("an alert", () -> alert("TradewindFailureShare").isPresent());

        var alert = alert("TradewindFailureShare").orElseThrow();
        assertThat(alert.at("/state").asText()).isIn("pending", "firing");
        assertThat(alert.at("/annotations/summary").asText())
                .matches("[\\d.]+% of the answers of Tradewind:_industries_of_businesses are failed");
    }

    @Test
    void theRulesAreSoundAndFireWhenTheyShouldAndNotWhenTheyShouldNot() throws Exception {
        var tests = Path.of("src/test/prometheus/alerts-test.yaml");

        assertThat(PrometheusProcess.promtool("check", "rules", AlertRules.FILE.toString()))
                .contains(AlertRules.read().names().size() + " rules found");
        PrometheusProcess.promtool("test", "rules", tests.toString());
        assertThat(tests).content().contains(AlertRules.read().names());
    }

    /** Metrics of our steps, which unlike sources and sinks are named without a colon, but for those that Flink gives any step. */
    private static Set<String> namesOfOurs() throws Exception {
        var names = names("{__name__=~\"flink_taskmanager_job_task_operator_.+\",operator_name!~\".*:.*\"}");
        names.removeAll(names("{operator_name=\"Ask_for_home_pages\"}"));
        names.remove("flink_taskmanager_job_task_operator_numLateRecordsDropped");
        return names;
    }

    private static Set<String> names(String selector) throws Exception {
        Set<String> names = new TreeSet<>();
        prometheus
                .scraped(selector)
                .forEach(series -> names.add(series.at("/metric/__name__").asText()));
        return names;
    }

    private static List<String> namesInWebUi() throws Exception {
        var rest = job.rest();
        var running = "/jobs/" + rest.get("/jobs").at("/jobs/0/id").asText();
        List<String> names = new ArrayList<>();
        for (var vertex : rest.get(running).get("vertices")) {
            rest.get(running + "/vertices/" + vertex.get("id").asText() + "/metrics")
                    .forEach(metric -> names.add(metric.get("id").asText()));
        }
        return names;
    }

    private static Optional<JsonNode> alert(String name) throws Exception {
        return prometheus.alerts().stream()
                .filter(alert -> alert.at("/labels/alertname").asText().equals(name))
                .findFirst();
    }

    private static List<JsonNode> loadedRules() throws Exception {
        return prometheus.ruleGroups().stream()
                .flatMap(group -> group.get("rules").valueStream())
                .toList();
    }

    private static double value(JsonNode series) {
        return Double.parseDouble(series.at("/value/1").asText());
    }

    private static void awaitThat(String what, Callable<Boolean> holds) {
        await(what)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    if (!job.goesOn()) {
                        throw new AssertionError("the job ended: " + job.err());
                    }
                    return holds.call();
                });
    }
}
