package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code k8s/} names exists. What the operator and Kubernetes say of it is tested there. */
class ManifestsTest {
    private static final Path ROOT = Path.of("..");
    private static final String OPTION = "/spec/flinkConfiguration/";

    /** All steps, or the folder of one's own that {@code -Dmanifests} names. */
    static Stream<Path> folders() throws IOException {
        var own = System.getProperty("manifests");
        return own == null ? Manifest.steps().stream() : Stream.of(ROOT.resolve(own));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everythingThatAManifestNamesExists(Path folder) throws IOException {
        var applied = Manifest.applied(folder);
        for (var manifest : applied) {
            if (manifest.kind().equals("FlinkDeployment")) {
                assertThat(faults(manifest, applied)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/flinkConfiguration/taskmanager.numberOfSlots | 2 | spec.flinkConfiguration: taskmanager.numberOfSlots is no option of Flink: look it up",
                "/spec/flinkConfiguration/execution.checkpointing.interval | often | execution.checkpointing.interval cannot be often",
                "/spec/flinkConfiguration/execution.checkpointing.incremental | some | execution.checkpointing.incremental cannot be some: Unrecognized option for boolean: some. Expected either true or false",
                "/spec/flinkConfiguration/execution.checkpointing.dir | file:///disk/c | execution.checkpointing.dir is not on the volume: begin it with one of [/tmp",
                "/spec/flinkConfiguration/execution.checkpointing.dir | s3://b/c | the image has plugins for s3p:// (checkpoints)",
                "/spec/flinkConfiguration/metrics.reporter.prom.factory.class | a.B | there is no class a.B",
                "/spec/flinkConfiguration/metrics.reporter.prom.port | 9250 | no container port 9250, where the reporter of metrics listens: declare it",
                "/spec/flinkConfiguration/external-resource.gpu.amounts | 1 | external-resource.gpu.amounts is no option of Flink",
                "/spec/flinkConfiguration/external-resource.gpu.amount | 0 | no task manager can have 0 GPUs: leave all of external-resource.gpu out, or say 1 or more",
                "/spec/flinkConfiguration/external-resource.gpu.driver-factory.class | a.B | there is no class a.B",
                "/spec/flinkConfiguration/external-resource.gpu.driver-factory.class | java.lang.String | java.lang.String is no driver of a resource",
                "/spec/flinkConfiguration/external-resource.gpu.param.discovery-script.path | gpu.sh | Flink has no script gpu.sh: its own is",
                "/spec/flinkConfiguration/s3.endpoint | http://store.minio:9000 | no policy opens port 9000 of store, which the deployment uses: add it under egress",
                "/spec/serviceAccount | flank | spec.serviceAccount: no manifest makes the service account flank: name one of [tradewind], or flink",
                "/spec/job/entryClass | dev.tradewind.jobs.IndustryGraph | dev.tradewind.jobs.IndustryGraph has no main",
                "/spec/job/entryClass | dev.tradewind.Tradewind | there is no class dev.tradewind.Tradewind: it is dev.tradewind.jobs.Tradewind",
                "/spec/job/jarURI | local:///opt/flink/usrlib/jobs.jar | the Dockerfile copies nothing to local:///opt/flink/usrlib/jobs.jar",
                "/spec/job/args/1 | --sauce=kafka | spec.job.args: Unknown option: '--sauce=kafka': see `tradewind.jar classify --help`",
                "/spec/job/args/3 | --kafka.bootstrap-servers=kafka.kafka:9094 | no policy opens port 9094 of kafka, which the deployment uses: add it under egress",
                "/spec/job/args/7 | --config=/etc/kafka/kafka.yaml | nothing is mounted at /etc/kafka for /etc/kafka/kafka.yaml",
                "/spec/job/args/8 | --model.device=cpu | the model does not use the GPU: leave out --model.device",
                "/spec/image | tradewind-gpu:9 | the README builds no image tradewind-gpu:9",
                "/spec/taskManager/resource/cpu | 1 | nothing is left for the other operators",
                "/spec/taskManager/resource/memory | 1g | TaskManager memory configuration failed",
                "/spec/podTemplate/spec/containers/0/env/0/valueFrom/secretKeyRef/name | s3 | no command of the README makes the secret s3: make it before, or mend its name",
                "/spec/podTemplate/spec/containers/0/env/0/valueFrom/secretKeyRef/key | id | the secret tradewind-s3 has no key id: it is made with",
                "/spec/podTemplate/spec/containers/0/volumeMounts/0/name | temp | there is no volume temp to mount: name one of [tmp, log, kafka]",
                "/spec/podTemplate/spec/containers/0/volumeMounts/0/mountPath | /temp | Flink has to write to /tmp: mount an emptyDir there",
                "/spec/taskManager/podTemplate/spec/containers/0/livenessProbe/tcpSocket/port | 6123 | the probe asks port 6123, Flink listens at 6122",
            })
    void aBrokenDeploymentIsFound(String key, String value, String fault) throws IOException {
        var broken = Manifest.deployment("3-gpu").with(key, value);

        assertThat(faults(broken, List.of()))
                .anySatisfy(found -> assertThat(found).startsWith("../k8s/").contains(fault));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, '10.0.0.0'",
        "0, 4, '169.254.0.0'",
        "0, 7, '192.0.2.0'",
        "0, 17, '240.0.0.0'",
        "1, 1, '2001:db8:0:0:0:0:0:0'",
    })
    void aPolicyThatOpensWhatIsNotPublicIsFound(int block, int except, String address) throws IOException {
        var open = policy("tradewind-crawl").with("/spec/egress/0/to/" + block + "/ipBlock/except/" + except, null);

        assertThat(NetworkFaults.of(Manifest.deployment("2-production"), List.of(open)))
                .contains("../k8s/2-production/network-policy.yaml, tradewind-crawl: lets the crawler reach " + address
                        + ", which is not public: add its range to `except`");
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "151.101.1.69, true",
        "2606:4700::1111, true",
        "10.1.2.3, false",
        "172.16.0.1, false",
        "192.168.1.1, false",
        "169.254.169.254, false",
        "100.100.100.200, false",
        "127.0.0.1, false",
        "fd00:ec2::254, false",
        "fe80::1, false",
        "::1, false",
    })
    void theCrawlerReachesThePublicWebAndNothingElse(String address, boolean reached) throws IOException {
        assertThat(NetworkFaults.reaches(policy("tradewind-crawl"), address)).isEqualTo(reached);
    }

    @Test
    void aGpuIsAllThatTheThirdStepAdds() throws IOException {
        assertThat(differences("2-production", "3-gpu"))
                .containsExactlyInAnyOrder(
                        "/spec/image",
                        OPTION + "external-resource.gpu.amount",
                        OPTION + "external-resource.gpu.driver-factory.class",
                        OPTION + "external-resource.gpu.kubernetes.config-key",
                        OPTION + "external-resource.gpu.param.discovery-script.path",
                        OPTION + "external-resources",
                        OPTION + "taskmanager.memory.task.off-heap.size",
                        "/spec/taskManager/podTemplate/spec/nodeSelector/nvidia.com/gpu.present",
                        "/spec/taskManager/podTemplate/spec/tolerations/0/effect",
                        "/spec/taskManager/podTemplate/spec/tolerations/0/key",
                        "/spec/taskManager/podTemplate/spec/tolerations/0/operator",
                        "/spec/taskManager/resource/cpu",
                        "/spec/taskManager/resource/memory");
    }

    @Test
    void theAutoscalerIsAllThatTheFourthStepAdds() throws IOException {
        assertThat(differences("3-gpu", "4-autoscaling"))
                .isNotEmpty()
                .allMatch(key -> key.startsWith(OPTION + "job.autoscaler."));
    }

    @Test
    void noStepLosesWhatTheFirstDoes() throws IOException {
        var first = Manifest.deployment("1-smallest");
        for (var step : List.of("2-production", "3-gpu", "4-autoscaling")) {
            var deployment = Manifest.deployment(step);
            for (var key : List.of(
                    "/metadata/name", "/spec/job/entryClass", "/spec/job/upgradeMode", "/spec/job/parallelism")) {
                assertThat(deployment.at(key)).as(step + key).isEqualTo(first.at(key));
            }
            assertThat(deployment.option("execution.checkpointing.interval"))
                    .isEqualTo(first.option("execution.checkpointing.interval"));
        }
    }

    /** Another parallelism for one of the three that fetch would send a host's pages through two task managers. */
    @Test
    void theAutoscalerScalesTheModelAlone() throws IOException {
        var excluded = List.of(Manifest.deployment("4-autoscaling")
                .option("job.autoscaler.vertex.exclude.ids")
                .split(";"));

        assertThat(excluded).containsExactlyInAnyOrderElementsOf(verticesWithoutModel(1));
        assertThat(excluded.subList(0, excluded.size() - 1))
                .as("the last one holds the model where it has no slots of its own, as the README says")
                .containsAll(verticesWithoutModel(0));
    }

    @Test
    void theImagesAreMadeOfTheFlinkAndTheJavaOfThePom() throws IOException {
        var dockerfile = read("k8s/Dockerfile");

        assertThat(dockerfile)
                .contains("ARG FLINK_VERSION=" + property("flink.version") + "\n")
                .contains("FROM flink:${FLINK_VERSION}-java" + property("maven.compiler.release") + " AS cpu\n");
    }

    @Test
    void theImagesTakeOnlyTheJobJarFromTheBuild() throws IOException {
        var jar = "jobs/target/" + first("<finalName>(tradewind-job)</finalName>", read("jobs/pom.xml")) + ".jar";

        assertThat(Files.readAllLines(ROOT.resolve("k8s/Dockerfile")).stream()
                        .filter(line -> line.startsWith("COPY") && !line.contains("--from=")))
                .singleElement()
                .satisfies(line -> assertThat(List.of(line.split(" "))).contains(jar));
        assertThat(Files.readAllLines(ROOT.resolve("k8s/Dockerfile.dockerignore")))
                .endsWith("*", "!" + jar);
    }

    @Test
    void bothImagesRunAsTheUserOfTheManifests() throws IOException {
        var user = Manifest.deployment("3-gpu")
                .at("/spec/podTemplate/spec/securityContext/runAsUser")
                .asText();

        assertThat(read("k8s/Dockerfile").split("\nFROM ")).hasSize(3);
        for (var image : List.of("cpu", "gpu")) {
            assertThat(read("k8s/Dockerfile").split(" AS " + image)[1].split("\nFROM ")[0])
                    .containsOnlyOnce("\nUSER ")
                    .contains("\nUSER " + user + "\n");
        }
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
    void oneTaskManagerHasSlotsForTheWholeJob() throws IOException {
        for (var step : List.of("1-smallest", "2-production", "3-gpu", "4-autoscaling")) {
            var manifest = Manifest.deployment(step);

            assertThat(manifest.configuration().get(TaskManagerOptions.NUM_TASK_SLOTS))
                    .isEqualTo(manifest.at("/spec/job/parallelism").asInt());
        }
    }

    private static List<String> faults(Manifest deployment, List<Manifest> beside) throws IOException {
        List<Manifest> others = new ArrayList<>(beside);
        for (var step : Manifest.steps()) {
            others.addAll(Manifest.applied(step));
        }
        List<String> faults = new ArrayList<>(DeploymentFaults.of(deployment, others));
        if (!deployment.at("/metadata/namespace").isMissingNode()) {
            faults.addAll(NetworkFaults.of(deployment, others));
        }
        return faults;
    }

    private static Manifest policy(String name) throws IOException {
        return Manifest.applied(Manifest.LADDER.resolve("2-production")).stream()
                .filter(manifest -> manifest.kind().equals("NetworkPolicy")
                        && manifest.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> differences(String step, String next) throws IOException {
        Map<String, String> before = Manifest.deployment(step).values();
        Map<String, String> after = Manifest.deployment(next).values();
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        keys.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
        return keys;
    }

    private static List<String> verticesWithoutModel(int gpus) throws IOException {
        var command = (ClassifyCommand) Tradewind.commandLine()
                .parseArgs(Manifest.deployment("1-smallest").arguments().toArray(String[]::new))
                .subcommand()
                .commandSpec()
                .userObject();
        var env = StreamExecutionEnvironment.createLocalEnvironment(2);
        var graph = new IndustryGraph(
                command.crawl.settings(),
                command.crawl.ranks(),
                command.crawl.sitesInFlight,
                command.model.settings(),
                gpus);
        var crawl = graph.crawl(command.input.lines(env, command.kafka));
        Connectors.rejectedToKafka(crawl.rejected(), command.kafka);
        Connectors.predictionsToKafka(graph.classify(crawl.observations()), command.kafka);
        List<String> vertices = new ArrayList<>();
        env.getStreamGraph().getJobGraph().getVertices().forEach(vertex -> {
            if (!vertex.getName().contains("Classify industry")) {
                vertices.add(vertex.getID().toString());
            }
        });
        return vertices;
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
