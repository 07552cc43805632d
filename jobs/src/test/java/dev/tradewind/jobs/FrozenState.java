package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;

/**
 * What one operator of one version kept, as a folder of two files: its snapshot, and all that is seen of it once it is restored.
 * Run with a version and a folder it freezes those of the present code:
 *
 * <pre>{@code
 * mvn -q -P freeze-state -pl jobs -am process-test-classes -Dstate.version=0.2.0
 * }</pre>
 */
record FrozenState(Path folder) {

    public static void main(String[] args) throws Exception {
        freeze(Path.of(args[0], args[1]));
    }

    /**
     * Freezes what the stateful operators of the graph keep.
     *
     * @param version a folder that is not there yet: what is frozen is never written anew
     */
    static void freeze(Path version) throws Exception {
        if (Files.exists(version)) {
            throw new IllegalArgumentException(version + " is there already, and what is frozen stays as it is");
        }
        for (var operator : FrozenOperator.values()) {
            var frozen = new FrozenState(Files.createDirectories(version.resolve(operator.uid())));
            var state = operator.freeze();
            OperatorSnapshotUtil.writeStateHandle(state, frozen.snapshotFile().toString());
            Files.writeString(
                    frozen.seenFile(),
                    operator.thaw(state, new HashMapStateBackend()).stream()
                            .map(seen -> seen + "\n")
                            .collect(Collectors.joining()));
        }
    }

    String uid() {
        return folder.getFileName().toString();
    }

    OperatorSubtaskState snapshot() throws IOException, ClassNotFoundException {
        return OperatorSnapshotUtil.readStateHandle(snapshotFile().toString());
    }

    List<JsonNode> seen() throws IOException {
        List<JsonNode> seen = new ArrayList<>();
        for (var line : Files.readAllLines(seenFile())) {
            seen.add(Json.MAPPER.readTree(line));
        }
        return seen;
    }

    private Path snapshotFile() {
        return folder.resolve("snapshot");
    }

    private Path seenFile() {
        return folder.resolve("seen.jsonl");
    }
}
