package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code k8s/} names exists. What the operator itself says of it is tested there. */
class ManifestsTest {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @ValueSource(strings = {"tradewind.yaml", "tradewind-gpu.yaml"})
    void everythingThatAManifestNamesExists(String file) throws IOException {
        assertThat(Manifest.read(file).faults()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/flinkConfiguration/taskmanager.numberOfSlots | 2 | taskmanager.numberOfSlots is no option of Flink",
                "/spec/flinkConfiguration/execution.checkpointing.interval | often | execution.checkpointing.interval cannot be often",
                "/spec/flinkConfiguration/execution.checkpointing.dir | file:///tmp/c | execution.checkpointing.dir is not on the volume",
                "/spec/flinkConfiguration/external-resource.gpu.amounts | 1 | external-resource.gpu.amounts is no option of Flink",
                "/spec/flinkConfiguration/external-resource.gpu.amount | 0 | no task manager can have 0 GPUs",
                "/spec/flinkConfiguration/external-resource.gpu.driver-factory.class | a.B | there is no class a.B",
                "/spec/flinkConfiguration/external-resource.gpu.driver-factory.class | java.lang.String | java.lang.String is no driver of a resource",
                "/spec/flinkConfiguration/external-resource.gpu.param.discovery-script.path | gpu.sh | Flink has no script gpu.sh",
                "/spec/job/entryClass | dev.tradewind.jobs.IndustryGraph | dev.tradewind.jobs.IndustryGraph has no main",
                "/spec/job/entryClass | dev.tradewind.Tradewind | there is no class dev.tradewind.Tradewind",
                "/spec/job/jarURI | local:///opt/flink/usrlib/jobs.jar | the Dockerfile copies nothing to local:///opt/flink/usrlib/jobs.jar",
                "/spec/job/args/1 | --sauce=kafka | Unknown option: '--sauce=kafka'",
                "/spec/job/args/7 | --model.device=cpu | the model does not use the GPU",
                "/spec/image | tradewind-gpu:9 | the README builds no image tradewind-gpu:9",
                "/spec/taskManager/resource/cpu | 1 | nothing is left for the other operators",
                "/spec/taskManager/resource/memory | 1g | TaskManager memory configuration failed",
                "/spec/podTemplate/spec/volumes/0/persistentVolumeClaim/claimName | x | state.yaml makes no volume x",
            })
    void aBrokenManifestIsFound(String key, String value, String fault) throws IOException {
        assertThat(Manifest.read("tradewind-gpu.yaml").with(key, value).faults())
                .anySatisfy(found -> assertThat(found).contains(fault));
    }

    @Test
    void theImagesAreMadeOfTheFlinkAndTheJavaOfThePom() throws IOException {
        var dockerfile = Files.readString(ROOT.resolve("k8s/Dockerfile"));

        assertThat(dockerfile)
                .contains("ARG FLINK_VERSION=" + property("flink.version") + "\n")
                .contains("FROM flink:${FLINK_VERSION}-java" + property("maven.compiler.release") + " AS flink\n");
    }

    @Test
    void theImagesTakeOnlyTheJobJarFromTheBuild() throws IOException {
        var jar = "jobs/target/" + first("<finalName>(tradewind-job)</finalName>", read("jobs/pom.xml")) + ".jar";

        assertThat(Files.readAllLines(ROOT.resolve("k8s/Dockerfile")).stream()
                        .filter(line -> line.startsWith("COPY") && !line.contains("--from=")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(List.of(line.split(" "))).contains(jar));
    }

    @Test
    void theReadmeBuildsTheGpusJarWithTheProfileOfThePom() throws IOException {
        var readme = read("k8s/README.md");

        assertThat(read("pom.xml")).contains("<id>" + first("mvn .*-P (\\w+)", readme) + "</id>");
        assertThat(Files.readAllLines(ROOT.resolve("k8s/Dockerfile")))
                .anyMatch(line -> line.endsWith(" AS " + first("--target (\\w+) -t tradewind:", readme)))
                .anyMatch(line -> line.endsWith(" AS " + first("--target (\\w+) -t tradewind-gpu:", readme)));
    }

    @Test
    void theTwoManifestsAreOneDeployment() throws IOException {
        var onCpu = Manifest.read("tradewind.yaml");
        var onGpu = Manifest.read("tradewind-gpu.yaml");

        for (var key : List.of("/metadata", "/spec/podTemplate", "/spec/job/entryClass", "/spec/job/parallelism")) {
            assertThat(onGpu.at(key)).as(key).isEqualTo(onCpu.at(key));
        }
        assertThat(onGpu.at("/spec/job/args")).containsAll(onCpu.at("/spec/job/args"));
    }

    @Test
    void oneTaskManagerHasSlotsForTheWholeJob() throws IOException {
        for (var file : List.of("tradewind.yaml", "tradewind-gpu.yaml")) {
            var manifest = Manifest.read(file);

            assertThat(manifest.configuration().get(TaskManagerOptions.NUM_TASK_SLOTS))
                    .isEqualTo(manifest.at("/spec/job/parallelism").asInt());
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static String property(String name) throws IOException {
        return first("<" + Pattern.quote(name) + ">([^<]*)<", read("pom.xml"));
    }

    private static String first(String pattern, String text) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
