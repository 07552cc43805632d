package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrozenStateTest {
    private static final Path SNAPSHOTS = Path.of("src/test/resources/dev/tradewind/snapshots");

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource
    void whatAnOlderVersionKeptIsRestored(FrozenState frozen, StateBackend backend) throws Exception {
        var operator = Stream.of(FrozenOperator.values())
                .filter(candidate -> candidate.uid().equals(frozen.uid()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody takes what " + frozen + " holds"));

        var seen = operator.thaw(frozen.snapshot(), backend);

        assertThat(seen).hasSameSizeAs(frozen.seen());
        for (int i = 0; i < seen.size(); i++) {
            assertHolds(seen.get(i), frozen.seen().get(i));
        }
    }

    static List<Arguments> whatAnOlderVersionKeptIsRestored() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        for (var version : folders(SNAPSHOTS)) {
            for (var folder : folders(version)) {
                cases.add(Arguments.of(new FrozenState(folder), new HashMapStateBackend()));
                cases.add(Arguments.of(new FrozenState(folder), new EmbeddedRocksDBStateBackend()));
            }
        }
        return cases;
    }

    @Test
    void everyOperatorThatKeepsSomethingHasASnapshotInTheNewestVersion() throws Exception {
        var newest = folders(SNAPSHOTS).stream()
                .max(Comparator.comparing(
                        version -> Version.parse(version.getFileName().toString())))
                .orElseThrow();
        var frozen = folders(newest).stream().map(folder -> new FrozenState(folder).uid());

        assertThat(frozen).containsExactlyInAnyOrderElementsOf(stateful());
    }

    @Test
    void whatIsFrozenIsNeverWrittenAnew(@TempDir Path version) {
        assertThatThrownBy(() -> FrozenState.freeze(version)).hasMessageContaining("is there already");
        assertThat(version).isEmptyDirectory();
    }

    /** The operators of the graph that register any state when they are opened. */
    private static List<String> stateful() throws Exception {
        var operators = new OperatorsOfTheGraph(
                CrawlSettings.defaults(), 10, ModelSettings.of(FrozenOperator.TINY_MODEL, "cpu"));
        List<String> stateful = new ArrayList<>();
        for (var uid : operators.uids()) {
            try (var operator = operators.harness(uid, new HashMapStateBackend())) {
                operator.open();
                if (operator.snapshot(1, 1).hasState()) {
                    stateful.add(uid);
                }
            }
        }
        return stateful;
    }

    /** Everything that was there is there; a later version may add fields. */
    private static void assertHolds(JsonNode seen, JsonNode frozen) {
        if (frozen.isObject()) {
            frozen.properties().forEach(field -> {
                assertThat(seen.has(field.getKey()))
                        .as(field.getKey() + " in " + seen)
                        .isTrue();
                assertHolds(seen.get(field.getKey()), field.getValue());
            });
        } else if (frozen.isArray()) {
            assertThat(seen).hasSameSizeAs(frozen);
            for (int i = 0; i < frozen.size(); i++) {
                assertHolds(seen.get(i), frozen.get(i));
            }
        } else {
            assertThat(seen).isEqualTo(frozen);
        }
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (var folders = Files.list(parent)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }
}
