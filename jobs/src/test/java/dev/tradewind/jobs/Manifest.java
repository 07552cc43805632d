package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;

/** One object of a file of {@code k8s/}. */
record Manifest(Path file, JsonNode root) {
    static final Path LADDER = Path.of("../k8s");

    private static final YAMLMapper YAML = new YAMLMapper();

    /** The steps of the ladder, lowest first. */
    static List<Path> steps() throws IOException {
        try (var folders = Files.list(LADDER)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d-.*"))
                    .sorted()
                    .toList();
        }
    }

    /** What {@code kubectl apply} makes of a folder: what its {@code kustomization.yaml} names, or else all of it. */
    static List<Manifest> applied(Path folder) throws IOException {
        var named = folder.resolve("kustomization.yaml");
        List<Path> files = new ArrayList<>();
        if (Files.exists(named)) {
            YAML.readTree(named.toFile()).get("resources").forEach(file -> files.add(folder.resolve(file.asText())));
        } else {
            try (var all = Files.newDirectoryStream(folder, "*.{yaml,yml}")) {
                all.forEach(files::add);
            }
        }
        List<Manifest> manifests = new ArrayList<>();
        for (var file : files) {
            try (var objects = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
                objects.forEachRemaining(object -> manifests.add(new Manifest(file, object)));
            }
        }
        return manifests;
    }

    /** The {@code FlinkDeployment} of a step. */
    static Manifest deployment(String step) throws IOException {
        return applied(LADDER.resolve(step)).stream()
                .filter(manifest -> manifest.kind().equals("FlinkDeployment"))
                .findFirst()
                .orElseThrow();
    }

    String kind() {
        return at("/kind").asText();
    }

    String name() {
        return at("/metadata/name").asText();
    }

    JsonNode at(String key) {
        return root.at(key);
    }

    String option(String key) {
        return at("/spec/flinkConfiguration").path(key).asText();
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        at("/spec/job/args").forEach(argument -> arguments.add(argument.asText()));
        return arguments;
    }

    /** The same with another value at {@code key}, a JSON pointer, or none there where {@code value} is null. */
    Manifest with(String key, String value) {
        var changed = root.deepCopy();
        int slash = key.lastIndexOf('/');
        var last = key.substring(slash + 1);
        var parent = changed.at(key.substring(0, slash));
        if (parent instanceof ArrayNode array) {
            int index = Integer.parseInt(last);
            array.remove(index);
            if (value != null) {
                array.insert(index, value);
            }
        } else if (value == null) {
            ((ObjectNode) parent).remove(last);
        } else {
            ((ObjectNode) parent).put(last, value);
        }
        return new Manifest(file, changed);
    }

    /** Every value by its place. */
    Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        collect("", root, values);
        return values;
    }

    private static void collect(String key, JsonNode node, Map<String, String> values) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(key + "/" + i, node.get(i), values);
            }
        } else if (node.isObject()) {
            node.properties().forEach(field -> collect(key + "/" + field.getKey(), field.getValue(), values));
        } else {
            values.put(key, node.asText());
        }
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
}
