package dev.tradewind.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.autoscaler.config.AutoScalerOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.config.FlinkConfigManager;
import org.apache.flink.kubernetes.operator.config.KubernetesOperatorConfigOptions;
import org.apache.flink.kubernetes.operator.validation.DefaultValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the operator says of the deployments. Its classes end at Flink 1.20: the version and the keys that Flink 2 renamed are put
 * back for them. Whether Flink itself knows what the manifests name is tested with the job.
 */
class OperatorTest {
    private static final DefaultValidator OPERATOR = new DefaultValidator(new FlinkConfigManager(new Configuration()));
    private static final Map<String, String> RENAMED = Map.of(
            "execution.checkpointing.dir", "state.checkpoints.dir",
            "execution.checkpointing.savepoint-dir", "state.savepoints.dir");
    private static final Map<String, ConfigOption<?>> OPTIONS = options();

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("dev.tradewind.k8s.Manifest#deployments")
    void theOperatorAcceptsTheManifest(Manifest manifest) throws IOException {
        assertThat(complaint(manifest)).as(manifest.toString()).isEmpty();
        assertThat(unknownOptions(manifest)).as(manifest.toString()).isEmpty();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("dev.tradewind.k8s.Manifest#deployments")
    void theOperatorReadsEveryKeyOfTheManifest(Manifest manifest) throws IOException {
        assertThat(of20(manifest).lost(FlinkDeployment.class))
                .as(manifest.toString())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/spec/job/parallelism                          | 0         | parallelism must be larger than 0",
                "/metadata/name                                 | Tradewind | FlinkDeployment name: Tradewind is invalid",
                "/spec/flinkConfiguration/kubernetes.cluster-id | other     | Forbidden Flink config key",
                "/spec/jobManager/resource/memory               | much      | JobManager resource memory",
                "/spec/taskManager/resource/memory | lots | TaskManager resource memory",
                "/spec/jobManager/replicas | 0 | JobManager replicas should not be configured less than one",
                "/spec/flinkConfiguration/execution.checkpointing.savepoint-dir | | savepoint",
                "/spec/flinkConfiguration/job.autoscaler.target.utilization | -1 | job.autoscaler.target.utilization",
            })
    void theOperatorRefusesABrokenManifest(String key, String value, String complaint) throws IOException {
        assertThat(complaint(deployment("4-autoscaling").with(key, value)))
                .hasValueSatisfying(said -> assertThat(said).contains(complaint));
    }

    @Test
    void theOperatorRefusesToGoOnFromALastStateThatNobodyKeeps() throws IOException {
        assertThat(complaint(deployment("1-smallest").with("/spec/job/upgradeMode", "last-state")))
                .hasValueSatisfying(said -> assertThat(said).contains("last-state while HA disabled"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/spec/parallelism",
                "/spec/taskManager/resource/cpus",
                "/spec/job/entryclass",
                "/spec/podTemplate/spec/securityContext/runAsRoot",
                "/spec/podTemplate/spec/containers/0/livenessprobe"
            })
    void aKeyThatTheOperatorDoesNotKnowIsLost(String key) throws IOException {
        assertThat(of20(deployment("2-production").with(key, "1")).lost(FlinkDeployment.class))
                .containsExactly(key);
    }

    @ParameterizedTest
    @CsvSource({
        "job.autoscaler.exclude.ids, a, job.autoscaler.exclude.ids is no option of the operator",
        "kubernetes.operator.savepoint.interval, 1h, kubernetes.operator.savepoint.interval is no option of the operator",
        "job.autoscaler.restart.time, soon, job.autoscaler.restart.time cannot be soon",
    })
    void anOptionThatTheOperatorDoesNotKnowIsFound(String key, String value, String fault) throws IOException {
        assertThat(unknownOptions(deployment("4-autoscaling").with("/spec/flinkConfiguration/" + key, value)))
                .singleElement()
                .asString()
                .startsWith(fault);
    }

    @Test
    void anUpgradeModeThatThereIsNotIsRefused() throws IOException {
        var broken = deployment("2-production").with("/spec/job/upgradeMode", "saved");

        assertThatThrownBy(() -> complaint(broken)).hasMessageContaining("saved");
    }

    private static Optional<String> complaint(Manifest manifest) throws IOException {
        return OPERATOR.validateDeployment(of20(manifest).as(FlinkDeployment.class));
    }

    private static List<String> unknownOptions(Manifest manifest) {
        List<String> faults = new ArrayList<>();
        manifest.root().at("/spec/flinkConfiguration").properties().forEach(option -> {
            var key = option.getKey();
            if (key.startsWith("kubernetes.operator.") || key.startsWith("job.autoscaler.")) {
                check(key, option.getValue().asText(), faults);
            }
        });
        return faults;
    }

    private static void check(String key, String value, List<String> faults) {
        if (!OPTIONS.containsKey(key)) {
            faults.add(key + " is no option of the operator: look it up in its documentation");
            return;
        }
        try {
            Configuration.fromMap(Map.of(key, value)).get(OPTIONS.get(key));
        } catch (IllegalArgumentException e) {
            faults.add(key + " cannot be " + value + ": " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    private static Manifest deployment(String step) throws IOException {
        return Manifest.of(step, "FlinkDeployment", "tradewind");
    }

    private static Manifest of20(Manifest manifest) {
        assertThat(manifest.root().at("/spec/flinkVersion").asText()).isEqualTo("v2_3");
        var older = manifest.with("/spec/flinkVersion", "v1_20");
        var options = (ObjectNode) older.root().at("/spec/flinkConfiguration");
        RENAMED.forEach((now, before) -> {
            if (options.has(now)) {
                options.set(before, options.remove(now));
            }
        });
        return older;
    }

    private static Map<String, ConfigOption<?>> options() {
        Map<String, ConfigOption<?>> options = new TreeMap<>();
        for (var holder : List.of(KubernetesOperatorConfigOptions.class, AutoScalerOptions.class)) {
            for (var field : holder.getFields()) {
                try {
                    if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                        options.put(option.key(), option);
                    }
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return options;
    }
}
