package dev.tradewind.soak;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.cluster.FlinkRest;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a job says of itself: its last checkpoint, and how often it started anew. */
record RunningJob(FlinkRest rest, String id) {
    static final String RESTARTS = "restarts";
    static final String STATE = "visits' state [KiB]";
    static final String JOIN_VISITS = "answered ids' state [KiB]";

    private static final double KIB = 1024;

    /** By quantity; nothing of checkpoints before the first one is complete. */
    Map<String, Double> measure() throws IOException, InterruptedException {
        Map<String, Double> measured = new LinkedHashMap<>();
        var checkpoints = rest.get("/jobs/" + id + "/checkpoints");
        var last = checkpoints.at("/latest/completed");
        if (last.hasNonNull("id")) {
            double total = last.get("state_size").asLong();
            double joinVisits = joinVisits(last.get("id").asLong());
            measured.put(STATE, (total - joinVisits) / KIB);
            measured.put(JOIN_VISITS, joinVisits / KIB);
            measured.put("checkpoint [ms]", last.get("end_to_end_duration").asDouble());
        }
        measured.put("failed checkpoints", checkpoints.at("/counts/failed").asDouble());
        var restarts = rest.get("/jobs/" + id + "/metrics?get=numRestarts");
        measured.put(RESTARTS, restarts.at("/0/value").asDouble());
        return measured;
    }

    private double joinVisits(long checkpoint) throws IOException, InterruptedException {
        var tasks =
                rest.get("/jobs/" + id + "/checkpoints/details/" + checkpoint).get("tasks");
        double bytes = 0;
        for (String vertex : joinVisitsVertices()) {
            bytes += tasks.at("/" + vertex + "/state_size").asLong();
        }
        return bytes;
    }

    private Set<String> joinVisitsVertices() throws IOException, InterruptedException {
        Set<String> vertices = new HashSet<>();
        for (JsonNode vertex : rest.get("/jobs/" + id).get("vertices")) {
            if (vertex.get("name").asText().contains("Join visits")) {
                vertices.add(vertex.get("id").asText());
            }
        }
        return vertices;
    }
}
