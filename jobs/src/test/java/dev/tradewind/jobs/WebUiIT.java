package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person, or Prometheus, sees of a local run that goes on. */
class WebUiIT {
    private FlinkRest rest;

    @Test
    void aRunThatFollowsAFolderTellsItsStoryAndIsCancelledThere(@TempDir Path folder) throws Exception {
        var input = Files.createDirectories(folder.resolve("in"));
        try (var web = LoopbackWeb.start()) {
            SampleSites.serve(web);
            Files.writeString(input.resolve("first.csv"), SampleSites.businesses(web));
            try (var run = RunningCommand.start(
                    "classify",
                    "--follow",
                    "--input=" + input,
                    "--output=" + folder.resolve("out"),
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=5ms",
                    "--crawl.address-delay=0s",
                    "--checkpoint.interval=1s",
                    "--flink=metrics.fetcher.update-interval=500")) {
                rest = run.rest();
                var job = "/jobs/"
                        + await().atMost(Duration.ofMinutes(1))
                                .ignoreExceptions()
                                .until(this::runningJob, id -> !id.isEmpty());

                assertThat(vertexNames(job)).anySatisfy(name -> assertThat(name).contains("Fetch home page"));
                assertThat(String.join(" ", vertexNames(job)))
                        .contains(
                                "Businesses",
                                "Read businesses",
                                "Plan internal pages",
                                "Fetch internal page",
                                "Plan second click",
                                "Observe site",
                                "Join visits",
                                "Classify industry",
                                "Predictions");
                for (var metric : List.of(
                        "Fetch_home_page.outcome.read.pages",
                        "Fetch_home_page.outcome.robots-disallowed.pages",
                        "Fetch_internal_page.outcome.http-404.pages",
                        "Fetch_internal_page.pagesPerSecond",
                        "Fetch_home_page.sitesInFlight",
                        "Classify_industry.tokensPerBatch_mean",
                        "Classify_industry.segmentsPerBatch_mean",
                        "Classify_industry.inferenceMillis_p99",
                        "Classify_industry.provider",
                        "Classify_industry.cuda",
                        "Count_answers.status.classified.predictions",
                        "Read_businesses.rejectedLines")) {
                    await(metric)
                            .atMost(Duration.ofMinutes(1))
                            .ignoreExceptions()
                            .until(() -> metricNames(job).stream().anyMatch(name -> name.endsWith(metric)));
                }

                Files.writeString(
                        input.resolve("second.jsonl"), "{\"id\":\"later\",\"url\":\"" + web.refusedUrl() + "\"}\n");
                await().atMost(Duration.ofMinutes(1))
                        .ignoreExceptions()
                        .until(() -> metricSum(job, "Count_answers.status.failed.predictions") >= 2);

                run.cancel();
                assertThat(run.exitCode()).isEqualTo(1);
                assertThat(run.err()).contains("web UI: " + rest.address(), "cancelled");
            }
        }
    }

    private String runningJob() throws Exception {
        for (var job : rest.get("/jobs").get("jobs")) {
            if (job.get("status").asText().equals("RUNNING")) {
                return job.get("id").asText();
            }
        }
        return "";
    }

    private List<String> vertexNames(String job) throws Exception {
        List<String> names = new ArrayList<>();
        rest.get(job)
                .get("vertices")
                .forEach(vertex -> names.add(vertex.get("name").asText()));
        return names;
    }

    private List<String> metricNames(String job) throws Exception {
        List<String> names = new ArrayList<>();
        for (var vertex : rest.get(job).get("vertices")) {
            rest.get(job + "/vertices/" + vertex.get("id").asText() + "/metrics")
                    .forEach(metric -> names.add(metric.get("id").asText()));
        }
        return names;
    }

    private long metricSum(String job, String metric) throws Exception {
        long sum = 0;
        for (var vertex : rest.get(job).get("vertices")) {
            var metrics = job + "/vertices/" + vertex.get("id").asText() + "/metrics";
            for (var known : rest.get(metrics)) {
                var id = known.get("id").asText();
                if (id.endsWith(metric)) {
                    sum += rest.get(metrics + "?get=" + id).get(0).get("value").asLong();
                }
            }
        }
        return sum;
    }
}
