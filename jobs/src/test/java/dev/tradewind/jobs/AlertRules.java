package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The alerts of {@code k8s/5-monitoring}. */
record AlertRules(JsonNode groups) {
    static final Path FILE = Path.of("../k8s/5-monitoring/alerts.yaml");

    private static final YAMLMapper YAML = new YAMLMapper();

    static AlertRules read() throws IOException {
        return new AlertRules(YAML.readTree(FILE.toFile()).get("groups"));
    }

    /** Those that the Prometheus operator is given. */
    static AlertRules ofTheOperator() throws IOException {
        return new AlertRules(
                YAML.readTree(FILE.resolveSibling("prometheus-rule.yaml").toFile())
                        .at("/spec/groups"));
    }

    List<JsonNode> alerts() {
        return groups.valueStream()
                .flatMap(group -> group.get("rules").valueStream())
                .toList();
    }

    List<String> names() {
        return alerts().stream().map(alert -> alert.get("alert").asText()).toList();
    }
}
