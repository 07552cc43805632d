package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.apache.flink.api.common.externalresource.ExternalResourceDriverFactory;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import picocli.CommandLine;

/** A FlinkDeployment beside what it names: Flink's options and classes, the job's command line, the image. */
final class Manifest {
    private static final Path FOLDER = Path.of("../k8s");
    private static final Path TARGET = Path.of("target");
    private static final Path PLUGIN = TARGET.resolve("plugins/external-resource-gpu/plugin.jar");
    private static final String GPU = "external-resource.gpu.";
    private static final String DISCOVERY_SCRIPT =
            ExternalResourceOptions.EXTERNAL_RESOURCE_DRIVER_PARAM_SUFFIX + "discovery-script.path";
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Map<String, ConfigOption<?>> OPTIONS = options();

    private final JsonNode root;
    private final List<String> faults = new ArrayList<>();

    private Manifest(JsonNode root) {
        this.root = root;
    }

    static Manifest read(String file) throws IOException {
        return new Manifest(YAML.readTree(FOLDER.resolve(file).toFile()));
    }

    /** The same with another value at {@code key}, a JSON pointer. */
    Manifest with(String key, String value) {
        var changed = root.deepCopy();
        int slash = key.lastIndexOf('/');
        var last = key.substring(slash + 1);
        var parent = changed.at(key.substring(0, slash));
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), array.textNode(value));
        } else {
            ((ObjectNode) parent).put(last, value);
        }
        return new Manifest(changed);
    }

    JsonNode at(String key) {
        return root.at(key);
    }

    /** Options, the sizes of its task managers among them, as the job finds them on its cluster. */
    Configuration configuration() {
        var configuration = new Configuration();
        at("/spec/flinkConfiguration")
                .properties()
                .forEach(option -> configuration.setString(
                        option.getKey(), option.getValue().asText()));
        configuration.set(
                TaskManagerOptions.TOTAL_PROCESS_MEMORY,
                MemorySize.parse(at("/spec/taskManager/resource/memory").asText()));
        configuration.set(
                KubernetesConfigOptions.TASK_MANAGER_CPU,
                at("/spec/taskManager/resource/cpu").asDouble());
        configuration.set(
                CoreOptions.DEFAULT_PARALLELISM, at("/spec/job/parallelism").asInt());
        return configuration;
    }

    List<String> faults() throws IOException {
        at("/spec/flinkConfiguration")
                .properties()
                .forEach(
                        option -> checkOption(option.getKey(), option.getValue().asText()));
        checkEntryClass(at("/spec/job/entryClass").asText());
        checkCommandLine();
        checkTaskManager();
        checkImage();
        checkVolume();
        return faults;
    }

    private void checkOption(String key, String value) {
        if (key.startsWith(GPU)) {
            checkGpuOption(key.substring(GPU.length()), value);
            return;
        }
        var option = OPTIONS.get(key);
        if (option == null) {
            faults.add(key + " is no option of Flink");
            return;
        }
        try {
            Configuration.fromMap(Map.of(key, value)).get(option);
        } catch (IllegalArgumentException e) {
            faults.add(key + " cannot be " + value);
        }
    }

    private void checkGpuOption(String key, String value) {
        switch (key) {
            case ExternalResourceOptions.EXTERNAL_RESOURCE_AMOUNT_SUFFIX -> {
                if (!value.matches("[1-9]\\d*")) {
                    faults.add("no task manager can have " + value + " GPUs");
                }
            }
            case ExternalResourceOptions.EXTERNAL_RESOURCE_DRIVER_FACTORY_SUFFIX -> checkDriver(value);
            case DISCOVERY_SCRIPT -> {
                var script = Path.of(value);
                if (!TARGET.resolve(script).resolveSibling(PLUGIN.getFileName()).equals(PLUGIN)
                        || !holds(PLUGIN, script.getFileName().toString())) {
                    faults.add("Flink has no script " + value);
                }
            }
            case KubernetesConfigOptions.EXTERNAL_RESOURCE_KUBERNETES_CONFIG_KEY_SUFFIX -> {
                if (!value.equals("nvidia.com/gpu")) {
                    faults.add("the device plugin offers nvidia.com/gpu, not " + value);
                }
            }
            default -> faults.add(GPU + key + " is no option of Flink");
        }
    }

    private void checkDriver(String name) {
        try (var loader = new URLClassLoader(new URL[] {PLUGIN.toUri().toURL()})) {
            if (!ExternalResourceDriverFactory.class.isAssignableFrom(loader.loadClass(name))) {
                faults.add(name + " is no driver of a resource");
            }
        } catch (ClassNotFoundException e) {
            faults.add("there is no class " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holds(Path jar, String name) {
        try (var opened = new JarFile(jar.toFile())) {
            return opened.getEntry(name) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkEntryClass(String name) {
        try {
            Class.forName(name).getMethod("main", String[].class);
        } catch (ClassNotFoundException e) {
            faults.add("there is no class " + name);
        } catch (NoSuchMethodException e) {
            faults.add(name + " has no main");
        }
    }

    private void checkCommandLine() {
        try {
            var parsed = Tradewind.commandLine().parseArgs(arguments().toArray(String[]::new));
            if (parsed.subcommand().commandSpec().userObject() instanceof ClassifyCommand classify) {
                classify.input.check(classify.kafka);
                classify.crawl.settings();
                classify.model.settings();
                checkGpus(classify.model);
            } else {
                faults.add("the command is not classify");
            }
        } catch (CommandLine.ParameterException e) {
            faults.add(e.getMessage());
        }
    }

    private void checkGpus(ModelOptions model) {
        try {
            var cluster = configuration();
            if (model.gpusOfItsOwn(cluster.get(CoreOptions.DEFAULT_PARALLELISM), cluster)
                    < GpuSlots.perTaskManager(cluster)) {
                faults.add("the model does not use the GPU");
            }
        } catch (JobFailure e) {
            faults.add(e.getMessage());
        }
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        at("/spec/job/args").forEach(argument -> arguments.add(argument.asText()));
        return arguments;
    }

    private void checkTaskManager() {
        try {
            var configuration = configuration();
            TaskExecutorProcessUtils.processSpecFromConfig(configuration);
            GpuSlots.ofTheOthers(configuration);
        } catch (IllegalArgumentException | IllegalConfigurationException | JobFailure e) {
            faults.add(e.getMessage());
        }
    }

    private void checkImage() throws IOException {
        var jar = at("/spec/job/jarURI").asText();
        if (Files.readAllLines(FOLDER.resolve("Dockerfile")).stream()
                .noneMatch(line -> line.startsWith("COPY") && line.endsWith(" " + jar.replaceFirst("^local://", "")))) {
            faults.add("the Dockerfile copies nothing to " + jar);
        }
        var image = at("/spec/image").asText();
        if (!Files.readString(FOLDER.resolve("README.md")).contains(" -t " + image + " .")) {
            faults.add("the README builds no image " + image);
        }
    }

    private void checkVolume() throws IOException {
        var claimed = read("state.yaml").at("/metadata/name").asText();
        var claim = at("/spec/podTemplate/spec/volumes/0/persistentVolumeClaim/claimName")
                .asText();
        if (!claim.equals(claimed)) {
            faults.add("state.yaml makes no volume " + claim);
        }
        var mount = at("/spec/podTemplate/spec/containers/0/volumeMounts/0/mountPath")
                .asText();
        for (var key : List.of("execution.checkpointing.dir", "execution.checkpointing.savepoint-dir")) {
            if (!at("/spec/flinkConfiguration/" + key).asText().startsWith("file://" + mount + "/")) {
                faults.add(key + " is not on the volume");
            }
        }
    }

    /** All options of Flink's core, runtime and Kubernetes classes by their key. */
    private static Map<String, ConfigOption<?>> options() {
        Map<String, ConfigOption<?>> options = new HashMap<>();
        for (var home : List.of(ConfigOption.class, TaskExecutorProcessUtils.class, KubernetesConfigOptions.class)) {
            try (var jar = new JarFile(Path.of(home.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toFile())) {
                for (var entry : jar.stream().toList()) {
                    if (entry.getName().matches("org/apache/flink/[a-z/]*configuration/\\w+Options\\.class")) {
                        collect(
                                Class.forName(
                                        entry.getName().replace(".class", "").replace('/', '.')),
                                options);
                    }
                }
            } catch (IOException | URISyntaxException | ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read the options in the jar of " + home, e);
            }
        }
        return options;
    }

    private static void collect(Class<?> holder, Map<String, ConfigOption<?>> options) throws IllegalAccessException {
        for (var field : holder.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                options.put(option.key(), option);
            }
        }
    }
}
