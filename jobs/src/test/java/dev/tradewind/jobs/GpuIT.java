package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.Prediction;
import dev.tradewind.cluster.FlinkProcesses;
import dev.tradewind.cluster.FlinkRest;
import dev.tradewind.encode.SegmentEncoder;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job on two task managers that declare two GPUs each, with none of the model's options. The GPUs are made up by the
 * script that Flink asks for them, so this shows what is pinned to which, and that {@code auto} goes on without CUDA.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class GpuIT {
    private static final Path FOLDER = Path.of("target/gpu");
    private static final List<String> TASK_MANAGERS = List.of("first", "second");
    private static final int GPUS_EACH = 2;
    private static final int GPUS = GPUS_EACH * TASK_MANAGERS.size();
    private static final Pattern HAS_GPU =
            Pattern.compile("Classify industry \\(\\d/" + GPUS + "\\)\\S* has GPU (\\d)");

    private final Map<String, List<String>> gpus = new HashMap<>();
    private final Map<String, List<String>> warnings = new HashMap<>();
    private final Map<String, List<Integer>> slots = new HashMap<>();
    private final Map<String, List<String>> metrics = new HashMap<>();
    private final List<Prediction> predictions = new ArrayList<>();
    private JsonNode model;
    private JsonNode subtasks;
    private String end;

    @BeforeAll
    void classify(@TempDir Path folder) throws Exception {
        try (var web = LoopbackWeb.start();
                var cluster = FlinkProcesses.start(FOLDER, settings(folder))) {
            SampleSites.serve(web);
            var input = Files.createDirectories(folder.resolve("in"));
            var output = folder.resolve("out");
            Files.writeString(input.resolve("businesses.csv"), SampleSites.businesses(web));
            for (var name : TASK_MANAGERS) {
                cluster.startTaskManager(name);
            }
            var job = cluster.submit(
                    Tradewind.class,
                    TASK_MANAGERS.size(),
                    "classify",
                    "--follow",
                    "--input=" + input,
                    "--output=" + output,
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=5ms",
                    "--crawl.address-delay=0s");
            look(cluster.rest(), "/jobs/" + job);
            cluster.drain(job);
            end = cluster.awaitEnd(job);
            for (var name : TASK_MANAGERS) {
                var said = Files.readString(FOLDER.resolve("log/" + name + ".log"));
                gpus.put(
                        name,
                        HAS_GPU.matcher(said)
                                .results()
                                .map(found -> found.group(1))
                                .toList());
                warnings.put(
                        name,
                        said.lines()
                                .filter(line -> line.contains(" WARN ") && line.contains("CUDA"))
                                .toList());
            }
            predictions.addAll(Invocation.predictions(output));
        }
    }

    private static Map<String, String> settings(Path folder) throws IOException {
        var script = Files.writeString(folder.resolve("two-gpus.sh"), "#!/bin/sh\necho 0,1\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return Map.of(
                "external-resources", "gpu",
                "external-resource.gpu.amount", String.valueOf(GPUS_EACH),
                "external-resource.gpu.driver-factory.class", "org.apache.flink.externalresource.gpu.GPUDriverFactory",
                "external-resource.gpu.param.discovery-script.path", script.toString(),
                "taskmanager.cpu.cores", "3",
                "taskmanager.memory.process.size", "2560m",
                "metrics.fetcher.update-interval", "500");
    }

    /** Waits until the model has told how it does, and sees where it runs. */
    private void look(FlinkRest rest, String job) {
        await().atMost(Duration.ofMinutes(4)).ignoreExceptions().untilAsserted(() -> {
            model = vertex(rest.get(job).get("vertices"));
            subtasks = rest.get(job + "/vertices/" + model.get("id").asText()).get("subtasks");
            for (var name : List.of("fellBack", "cuda", "provider")) {
                metrics.put(
                        name, metric(rest, job + "/vertices/" + model.get("id").asText(), name));
            }
            assertThat(metrics.values()).allMatch(values -> values.size() == GPUS);
        });
        await().ignoreExceptions().untilAsserted(() -> {
            for (var name : TASK_MANAGERS) {
                List<Integer> gpusOfSlots = new ArrayList<>();
                rest.get("/taskmanagers/" + name)
                        .get("allocatedSlots")
                        .forEach(slot -> gpusOfSlots.add(
                                slot.at("/resource/extendedResources/gpu").asInt()));
                slots.put(name, gpusOfSlots);
            }
        });
    }

    private static JsonNode vertex(JsonNode vertices) {
        for (var vertex : vertices) {
            if (vertex.get("name").asText().contains("Classify industry")) {
                return vertex;
            }
        }
        throw new AssertionError("there is none in " + vertices);
    }

    private static List<String> metric(FlinkRest rest, String vertex, String name) throws Exception {
        List<String> values = new ArrayList<>();
        for (int subtask = 0; subtask < GPUS; subtask++) {
            rest.get(vertex + "/metrics?get=" + subtask + ".Classify_industry." + name)
                    .forEach(metric -> values.add(metric.get("value").asText()));
        }
        return values;
    }

    @Test
    void theModelHasAsManySubtasksAsTheTaskManagersHaveGpus() {
        assertThat(model.get("parallelism").asInt()).isEqualTo(GPUS);
    }

    @Test
    void theModelIsAloneInItsSlotsAndEachHasAGpu() {
        assertThat(model.get("name").asText()).isEqualTo("Classify industry");
        assertThat(slots).containsOnlyKeys(TASK_MANAGERS);
        assertThat(slots.values())
                .allSatisfy(gpusOfSlots -> assertThat(gpusOfSlots).containsExactlyInAnyOrder(1, 1, 0));
    }

    @Test
    void noTwoSubtasksHaveTheSameGpu() {
        assertThat(subtasks)
                .extracting(subtask -> subtask.get("taskmanager-id").asText())
                .containsExactlyInAnyOrder("first", "first", "second", "second");
        for (var name : TASK_MANAGERS) {
            assertThat(gpus.get(name)).as(name).containsExactlyInAnyOrder("0", "1");
        }
    }

    @Test
    void theModelRunsOnTheCpuAndItsMetricsSaySo() {
        assertThat(metrics.get("fellBack")).containsOnly("1");
        assertThat(metrics.get("cuda")).containsOnly("0");
        assertThat(metrics.get("provider")).containsOnly("cpu");
    }

    @Test
    void eachModelSaysInOneLineWhatIsMissingAndWhatToDo() {
        int models = SegmentEncoder.isBuiltWithCuda() ? GPUS_EACH : 1;
        for (var name : TASK_MANAGERS) {
            assertThat(warnings.get(name))
                    .as(name)
                    .hasSize(models)
                    .allMatch(line ->
                            line.contains("The model runs on the CPU. ") && line.endsWith("or choose the device cpu"));
        }
    }

    @Test
    void theAnswersAreRight() {
        var expected = SampleSites.expected();
        assertThat(end).isEqualTo("FINISHED");
        assertThat(predictions).extracting(Prediction::id).containsExactlyInAnyOrderElementsOf(expected.keySet());
        assertThat(predictions).allSatisfy(prediction -> {
            var right = expected.get(prediction.id());
            assertThat(prediction.status()).isEqualTo(right.status());
            assertThat(prediction.reason()).isEqualTo(right.reason());
            if (!right.industries().isEmpty()) {
                assertThat(right.industries())
                        .contains(prediction.industries().get(0).id());
            }
        });
    }
}
