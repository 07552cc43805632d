package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.kubernetes.utils.Constants;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.rest.messages.DashboardConfigurationHeaders;
import picocli.CommandLine;

/**
 * What is wrong with a FlinkDeployment beside what it names: Flink's options and classes, the job's command line, the image,
 * the other manifests, and the secrets that the README makes. Each fault says where it is and how to mend it.
 */
final class DeploymentFaults {
    private static final String MAIN = "/spec/containers/0";
    private static final String CONFIG = "--config=";
    private static final Pattern SECRET = Pattern.compile("create secret generic (\\S+)((?:[\\s\\\\]+--from-\\S+)+)");
    private static final Pattern SAMPLE = Pattern.compile("```yaml\n(kafka\\.property.*?)```", Pattern.DOTALL);

    private final Manifest deployment;
    private final List<Manifest> others;
    private final String readme;
    private final List<String> dockerfile;
    private final List<String> faults = new ArrayList<>();

    private DeploymentFaults(Manifest deployment, List<Manifest> others) throws IOException {
        this.deployment = deployment;
        this.others = others;
        readme = Files.readString(Manifest.LADDER.resolve("README.md"));
        dockerfile = Files.readAllLines(Manifest.LADDER.resolve("Dockerfile"));
    }

    static List<String> of(Manifest deployment, List<Manifest> others) throws IOException {
        var found = new DeploymentFaults(deployment, others);
        found.findInOptions();
        found.findInEntryClass();
        found.findInCommandLine();
        found.findInTaskManager();
        found.findInImage();
        found.findInServiceAccount();
        found.findInVolumes();
        found.findInSecrets();
        found.findInStorage();
        found.findInReadOnlyRoot();
        found.findInPorts();
        return found.faults;
    }

    private void add(String where, String fault) {
        faults.add(deployment.file() + ", " + where + ": " + fault);
    }

    private void findInOptions() {
        deployment.at("/spec/flinkConfiguration").properties().forEach(option -> FlinkOptions.fault(
                        option.getKey(), option.getValue().asText())
                .ifPresent(fault -> add("spec.flinkConfiguration", fault)));
    }

    private void findInEntryClass() {
        var name = deployment.at("/spec/job/entryClass").asText();
        try {
            Class.forName(name).getMethod("main", String[].class);
        } catch (ClassNotFoundException e) {
            add("spec.job.entryClass", "there is no class " + name + ": it is " + Tradewind.class.getName());
        } catch (NoSuchMethodException e) {
            add("spec.job.entryClass", name + " has no main: it is " + Tradewind.class.getName());
        }
    }

    private void findInCommandLine() throws IOException {
        var line = Tradewind.commandLine();
        try {
            if (deployment.arguments().stream().anyMatch(argument -> argument.startsWith(CONFIG))) {
                var sample = ConfigFile.read(sampleOfTheReadme());
                sample.checkAgainst(line);
                line.setDefaultValueProvider(sample);
            }
            var parsed = line.parseArgs(deployment.arguments().toArray(String[]::new));
            if (parsed.subcommand().commandSpec().userObject() instanceof ClassifyCommand classify) {
                classify.input.check(classify.kafka);
                classify.crawl.settings();
                classify.model.settings();
                findInGpus(classify.model);
            } else {
                add("spec.job.args", "the command is not classify: make it the first argument");
            }
        } catch (CommandLine.ParameterException | IllegalArgumentException e) {
            add("spec.job.args", e.getMessage() + ": see `tradewind.jar classify --help`");
        }
    }

    private Path sampleOfTheReadme() throws IOException {
        var sample = SAMPLE.matcher(readme);
        var file = Files.createTempFile("kafka-", ".yaml");
        file.toFile().deleteOnExit();
        return Files.writeString(file, sample.find() ? sample.group(1) : "");
    }

    private void findInGpus(ModelOptions model) {
        try {
            var cluster = deployment.configuration();
            if (model.gpusOfItsOwn(cluster.get(CoreOptions.DEFAULT_PARALLELISM), cluster)
                    < GpuSlots.perTaskManager(cluster)) {
                add("spec.job.args", "the model does not use the GPU: leave out --model.device and --model.gpus");
            }
        } catch (JobFailure e) {
            add("spec.flinkConfiguration", e.getMessage());
        }
    }

    private void findInTaskManager() {
        try {
            var configuration = deployment.configuration();
            TaskExecutorProcessUtils.processSpecFromConfig(configuration);
            GpuSlots.ofTheOthers(configuration);
        } catch (IllegalArgumentException | IllegalConfigurationException | JobFailure e) {
            add("spec.taskManager.resource", e.getMessage());
        }
    }

    private void findInImage() {
        var jar = deployment.at("/spec/job/jarURI").asText();
        if (dockerfile.stream()
                .noneMatch(line -> line.startsWith("COPY") && line.endsWith(" " + jar.replaceFirst("^local://", "")))) {
            add("spec.job.jarURI", "the Dockerfile copies nothing to " + jar);
        }
        var image = deployment.at("/spec/image").asText();
        if (!readme.contains(" -t " + image + " .")) {
            add("spec.image", "the README builds no image " + image);
        }
    }

    private void findInServiceAccount() {
        var account = deployment.at("/spec/serviceAccount").asText();
        if (!account.equals("flink") && !made("ServiceAccount").contains(account)) {
            add(
                    "spec.serviceAccount",
                    "no manifest makes the service account " + account + ": name one of " + made("ServiceAccount")
                            + ", or flink, which the operator's chart makes");
        }
    }

    private void findInVolumes() {
        var volumes = everywhere("/spec/volumes")
                .map(volume -> volume.get("name").asText())
                .toList();
        everywhere(MAIN + "/volumeMounts")
                .map(mount -> mount.get("name").asText())
                .forEach(name -> {
                    if (!volumes.contains(name)) {
                        add("podTemplate", "there is no volume " + name + " to mount: name one of " + volumes);
                    }
                });
        everywhere("/spec/volumes")
                .map(volume -> volume.at("/persistentVolumeClaim/claimName").asText())
                .filter(claim ->
                        !claim.isEmpty() && !made("PersistentVolumeClaim").contains(claim))
                .forEach(claim -> add(
                        "podTemplate",
                        "no manifest makes the volume " + claim + ": name one of " + made("PersistentVolumeClaim")));
    }

    private void findInSecrets() {
        everywhere(MAIN + "/env")
                .map(variable -> variable.at("/valueFrom/secretKeyRef"))
                .filter(Predicate.not(JsonNode::isMissingNode))
                .forEach(key ->
                        checkSecret(key.get("name").asText(), key.get("key").asText()));
        everywhere("/spec/volumes")
                .map(volume -> volume.at("/secret/secretName").asText())
                .filter(Predicate.not(String::isEmpty))
                .forEach(secret -> checkSecret(secret, null));
    }

    private void checkSecret(String name, String key) {
        var keys = SECRET.matcher(readme)
                .results()
                .filter(made -> made.group(1).equals(name))
                .map(made -> made.group(2))
                .findFirst();
        if (keys.isEmpty()) {
            add(
                    "podTemplate",
                    "no command of the README makes the secret " + name + ": make it before, or mend its name");
        } else if (key != null && !keys.get().contains("--from-literal=" + key + "=")) {
            add("podTemplate", "the secret " + name + " has no key " + key + ": it is made with" + keys.get());
        }
    }

    private void findInStorage() {
        var mounts = everywhere(MAIN + "/volumeMounts")
                .map(mount -> mount.get("mountPath").asText())
                .toList();
        for (var key : List.of(
                "execution.checkpointing.dir",
                "execution.checkpointing.savepoint-dir",
                "high-availability.storageDir")) {
            var value = deployment.option(key);
            if (value.isEmpty()) {
                continue;
            }
            var folder = URI.create(value);
            if ("file".equals(folder.getScheme())
                    && mounts.stream().noneMatch(mount -> folder.getPath().startsWith(mount + "/"))) {
                add("spec.flinkConfiguration", key + " is not on the volume: begin it with one of " + mounts);
            } else if (!"file".equals(folder.getScheme()) && !"s3p".equals(folder.getScheme())) {
                add(
                        "spec.flinkConfiguration",
                        key + " cannot be " + value
                                + ": the image has plugins for s3p:// (checkpoints) and s3a:// (files)");
            }
        }
        deployment.arguments().stream()
                .filter(argument -> argument.startsWith(CONFIG))
                .map(argument -> Path.of(argument.substring(CONFIG.length())))
                .filter(file -> !mounts.contains(file.getParent().toString()))
                .forEach(file -> add("spec.job.args", "nothing is mounted at " + file.getParent() + " for " + file));
    }

    /** Flink logs to one folder and unpacks into the other; its conf folder is a config map, which it does not change. */
    private void findInReadOnlyRoot() {
        if (!deployment
                .at("/spec/podTemplate" + MAIN + "/securityContext/readOnlyRootFilesystem")
                .asBoolean()) {
            return;
        }
        for (var folder : List.of("/tmp", "/opt/flink/log")) {
            if (everywhere(MAIN + "/volumeMounts")
                    .noneMatch(mount -> mount.get("mountPath").asText().equals(folder))) {
                add("podTemplate", "Flink has to write to " + folder + ": mount an emptyDir there");
            }
        }
    }

    private void findInPorts() {
        checkProbe("/spec/jobManager", "/httpGet/port", Constants.REST_PORT);
        checkProbe("/spec/taskManager", "/tcpSocket/port", Constants.TASK_MANAGER_RPC_PORT);
        var path = deployment
                .at("/spec/jobManager/podTemplate" + MAIN + "/livenessProbe/httpGet/path")
                .asText();
        if (!path.isEmpty()
                && !path.equals(DashboardConfigurationHeaders.getInstance().getTargetRestEndpointURL())) {
            add("spec.jobManager", "the job manager has no cheap answer at " + path + ": ask /config");
        }
        var scraped = deployment.option("metrics.reporter.prom.port");
        if (!scraped.isEmpty()
                && everywhere(MAIN + "/ports")
                        .noneMatch(port -> port.get("containerPort").asText().equals(scraped))) {
            add("podTemplate", "no container port " + scraped + ", where the reporter of metrics listens: declare it");
        }
    }

    private void checkProbe(String role, String key, int port) {
        var asked = deployment.at(role + "/podTemplate" + MAIN + "/livenessProbe" + key);
        if (!asked.isMissingNode() && asked.asInt() != port) {
            add(
                    role.substring(1).replace('/', '.'),
                    "the probe asks port " + asked.asText() + ", Flink listens at " + port);
        }
    }

    /** The elements of an array in the three pod templates. */
    private Stream<JsonNode> everywhere(String key) {
        return Stream.of("/spec/podTemplate", "/spec/jobManager/podTemplate", "/spec/taskManager/podTemplate")
                .map(template -> deployment.at(template + key))
                .flatMap(array -> Optional.of(array).filter(JsonNode::isArray).stream())
                .flatMap(array -> array.valueStream());
    }

    private List<String> made(String kind) {
        return others.stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .map(Manifest::name)
                .distinct()
                .toList();
    }
}
