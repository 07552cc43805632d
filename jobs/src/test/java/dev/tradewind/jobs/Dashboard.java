package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Grafana's dashboard of {@code k8s/5-monitoring}. */
record Dashboard(JsonNode root) {
    private static final Path FILE = Path.of("../k8s/5-monitoring/dashboard.json");

    static Dashboard read() throws IOException {
        return new Dashboard(Json.MAPPER.readTree(FILE.toFile()));
    }

    /** All but the titles of its rows. */
    List<JsonNode> panels() {
        return root.get("panels")
                .valueStream()
                .filter(panel -> !panel.get("type").asText().equals("row"))
                .toList();
    }

    List<String> variables() {
        return root.at("/templating/list")
                .valueStream()
                .map(variable -> variable.get("name").asText())
                .toList();
    }

    /** What a panel asks Prometheus for. */
    static List<String> expressions(JsonNode panel) {
        return panel.get("targets")
                .valueStream()
                .map(target -> target.get("expr").asText())
                .toList();
    }
}
