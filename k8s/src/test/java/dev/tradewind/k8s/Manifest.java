package dev.tradewind.k8s;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One object of a file of {@code k8s/}. */
record Manifest(Path file, JsonNode root) {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** The classes keep what they do not know, to write it again: here they forget it. */
    private static final ObjectMapper FORGETFUL = new YAMLMapper()
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnyGetter(Annotated method) {
                    return false;
                }
            });

    /** Of all steps of the ladder, or of the folder of one's own that {@code -Dmanifests} names. */
    static Stream<Manifest> all() throws IOException {
        var own = System.getProperty("manifests");
        List<Manifest> manifests = new ArrayList<>();
        for (var folder : own == null ? steps() : List.of(Path.of("..").resolve(own))) {
            manifests.addAll(applied(folder));
        }
        return manifests.stream();
    }

    static Stream<Manifest> deployments() throws IOException {
        return all().filter(manifest -> manifest.kind().equals("FlinkDeployment"));
    }

    static Stream<Manifest> others() throws IOException {
        return all().filter(manifest -> !manifest.kind().equals("FlinkDeployment"));
    }

    /** The object of a step that is called so. */
    static Manifest of(String step, String kind, String name) throws IOException {
        return applied(Path.of(step)).stream()
                .filter(manifest -> manifest.kind().equals(kind)
                        && manifest.root.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> steps() throws IOException {
        try (var folders = Files.list(Path.of(""))) {
            return folders.filter(folder -> folder.getFileName().toString().matches("\\d-.*"))
                    .sorted()
                    .toList();
        }
    }

    /** What {@code kubectl apply} makes of a folder: what its {@code kustomization.yaml} names, or else all of it. */
    private static List<Manifest> applied(Path folder) throws IOException {
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

    String kind() {
        return root.path("kind").asText();
    }

    /** The same with another value at {@code key}, a JSON pointer, or none there where {@code value} is null. */
    Manifest with(String key, String value) {
        var changed = root.deepCopy();
        int slash = key.lastIndexOf('/');
        var last = key.substring(slash + 1);
        if (changed.at(key.substring(0, slash)) instanceof ArrayNode array) {
            array.set(Integer.parseInt(last), array.textNode(value));
        } else {
            var parent = (ObjectNode) changed.at(key.substring(0, slash));
            parent.remove(last);
            if (value != null) {
                parent.put(last, value);
            }
        }
        return new Manifest(file, changed);
    }

    <T> T as(Class<T> type) throws IOException {
        return YAML.treeToValue(root, type);
    }

    /** Keys that {@code type} does not know: it reads past them, and what it did not read it cannot write again. */
    List<String> unknownKeys(Class<?> type) throws IOException {
        List<String> lost = new ArrayList<>();
        compare("", root, FORGETFUL.valueToTree(as(type)), lost);
        return lost;
    }

    private static void compare(String key, JsonNode written, JsonNode read, List<String> lost) {
        if (written.isContainerNode() && read.isContainerNode()) {
            if (written.isArray()) {
                for (int i = 0; i < written.size(); i++) {
                    compare(key + "/" + i, written.get(i), read.path(i), lost);
                }
            }
            written.properties()
                    .forEach(field ->
                            compare(key + "/" + field.getKey(), field.getValue(), read.path(field.getKey()), lost));
        } else if (!isEmpty(written, read)
                && (written.isNumber() && read.isNumber()
                        ? written.asDouble() != read.asDouble()
                        : !written.asText().equals(read.asText()))) {
            lost.add("there is no key " + key + ": mend its name or its place");
        }
    }

    /** An empty object, which selects all, is written as none or as empty. */
    private static boolean isEmpty(JsonNode written, JsonNode read) {
        return written.isObject() && written.isEmpty() && !read.isMissingNode();
    }

    /** A value that cannot be read, with its place. */
    static String fault(JsonMappingException e) {
        var place = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("/", "/", ""));
        return place + " cannot be read: " + e.getOriginalMessage();
    }

    /** Each fault in one line, with where it is. */
    List<String> said(List<String> faults) {
        return faults.stream()
                .map(fault -> this + ": " + fault.replace('"', '\''))
                .toList();
    }

    @Override
    public String toString() {
        return file + ", " + kind() + " " + root.at("/metadata/name").asText();
    }
}
