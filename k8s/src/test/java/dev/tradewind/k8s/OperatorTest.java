package dev.tradewind.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.config.FlinkConfigManager;
import org.apache.flink.kubernetes.operator.validation.DefaultValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the operator says of the manifests. Its classes end at Flink 1.20: the version and the keys that Flink 2 renamed are put
 * back for them. Whether Flink itself knows what the manifests name is tested with the job.
 */
class OperatorTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final DefaultValidator OPERATOR = new DefaultValidator(new FlinkConfigManager(new Configuration()));

    @ParameterizedTest
    @ValueSource(strings = {"tradewind.yaml", "tradewind-gpu.yaml"})
    void theOperatorAcceptsTheManifest(String file) throws IOException {
        assertThat(complaint(manifest(file))).isEmpty();
    }

    /** The operator reads past a key that it does not know; what it did not read, it cannot write again. */
    @ParameterizedTest
    @ValueSource(strings = {"tradewind.yaml", "tradewind-gpu.yaml"})
    void theOperatorReadsEveryKey(String file) throws IOException {
        assertThat(lost(manifest(file), FlinkDeployment.class)).isEmpty();
    }

    @Test
    void theVolumeIsOneThatKubernetesReads() throws IOException {
        assertThat(lost(YAML.readTree(Path.of("state.yaml").toFile()), PersistentVolumeClaim.class))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/job/parallelism                          | 0         | parallelism must be larger than 0",
                "/metadata/name                                 | Tradewind | FlinkDeployment name: Tradewind is invalid",
                "/spec/job/upgradeMode                          | last-state | last-state while HA disabled",
                "/spec/flinkConfiguration/kubernetes.cluster-id | other     | Forbidden Flink config key",
                "/spec/jobManager/resource/memory               | much      | JobManager resource memory",
                "/spec/taskManager/resource/memory | lots | TaskManager resource memory",
                "/spec/flinkConfiguration/state.savepoints.dir | | savepoint",
            })
    void theOperatorRefusesABrokenManifest(String key, String value, String complaint) throws IOException {
        assertThat(complaint(broken(key, value)))
                .hasValueSatisfying(said -> assertThat(said).contains(complaint));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/spec/parallelism", "/spec/taskManager/resource/cpus", "/spec/job/entryclass"})
    void aKeyThatTheOperatorDoesNotKnowIsLost(String key) throws IOException {
        assertThat(lost(broken(key, "1"), FlinkDeployment.class)).containsExactly(key);
    }

    @Test
    void anUpgradeModeThatThereIsNotIsRefused() throws IOException {
        var broken = broken("/spec/job/upgradeMode", "saved");

        assertThatThrownBy(() -> complaint(broken)).hasMessageContaining("saved");
    }

    private static Optional<String> complaint(JsonNode manifest) throws IOException {
        return OPERATOR.validateDeployment(YAML.treeToValue(manifest, FlinkDeployment.class));
    }

    private static JsonNode manifest(String file) throws IOException {
        var manifest = YAML.readTree(Path.of(file).toFile());
        assertThat(manifest.at("/spec/flinkVersion").asText()).isEqualTo("v2_3");
        ((ObjectNode) manifest.get("spec")).put("flinkVersion", "v1_20");
        var options = (ObjectNode) manifest.at("/spec/flinkConfiguration");
        options.set("state.checkpoints.dir", options.remove("execution.checkpointing.dir"));
        options.set("state.savepoints.dir", options.remove("execution.checkpointing.savepoint-dir"));
        return manifest;
    }

    private static JsonNode broken(String key, String value) throws IOException {
        var manifest = manifest("tradewind.yaml");
        int slash = key.lastIndexOf('/');
        var parent = (ObjectNode) manifest.at(key.substring(0, slash));
        parent.remove(key.substring(slash + 1));
        if (value != null) {
            parent.put(key.substring(slash + 1), value);
        }
        return manifest;
    }

    private static List<String> lost(JsonNode written, Class<?> type) throws IOException {
        List<String> lost = new ArrayList<>();
        compare("", written, YAML.valueToTree(YAML.treeToValue(written, type)), lost);
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
        } else if (written.isNumber() && read.isNumber()
                ? written.asDouble() != read.asDouble()
                : !written.asText().equals(read.asText())) {
            lost.add(key);
        }
    }
}
