package dev.tradewind.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void theOperatorFindsNothingWrong(Manifest manifest) throws IOException {
        assertThat(faults(manifest)).isEmpty();
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
                "/spec/job/upgradeMode | saved | /spec/job/upgradeMode cannot be read: Cannot deserialize value of type `org.apache.flink.kubernetes.operator.api.spec.UpgradeMode` from String 'saved': not one of the values accepted for Enum class: [last-state, savepoint, stateless]",
                "/spec/parallelism | 1 | there is no key /spec/parallelism: mend its name or its place",
                "/spec/taskManager/resource/cpus | 1 | there is no key /spec/taskManager/resource/cpus",
                "/spec/job/entryclass | A | there is no key /spec/job/entryclass",
                "/spec/podTemplate/spec/securityContext/runAsRoot | 1 | there is no key /spec/podTemplate/spec/securityContext/runAsRoot",
                "/spec/podTemplate/spec/containers/0/livenessprobe | 1 | there is no key /spec/podTemplate/spec/containers/0/livenessprobe",
                "/spec/flinkConfiguration/execution.checkpointing.savepoint-dir | | savepoint",
                "/spec/flinkConfiguration/job.autoscaler.target.utilization | -1 | job.autoscaler.target.utilization",
                "/spec/flinkConfiguration/job.autoscaler.exclude.ids | a | job.autoscaler.exclude.ids is no option of the operator: look it up",
                "/spec/flinkConfiguration/job.autoscaler.restart.time | soon | job.autoscaler.restart.time cannot be soon",
                "/spec/flinkConfiguration/kubernetes.operator.savepoint.interval | 1h | kubernetes.operator.savepoint.interval is no option of the operator",
            })
    void theOperatorRefusesABrokenManifest(String key, String value, String fault) throws IOException {
        assertThat(faults(deployment("4-autoscaling").with(key, value))).anySatisfy(found -> assertThat(found)
                .startsWith("4-autoscaling/tradewind.yaml, FlinkDeployment ")
                .contains(fault));
    }

    @Test
    void theOperatorRefusesToGoOnFromALastStateThatNobodyKeeps() throws IOException {
        assertThat(faults(deployment("1-smallest").with("/spec/job/upgradeMode", "last-state")))
                .singleElement()
                .asString()
                .contains("last-state while HA disabled");
    }

    private static List<String> faults(Manifest manifest) throws IOException {
        List<String> faults = new ArrayList<>();
        try {
            var older = of20(manifest);
            OPERATOR.validateDeployment(older.as(FlinkDeployment.class)).ifPresent(faults::add);
            faults.addAll(older.unknownKeys(FlinkDeployment.class));
        } catch (JsonMappingException e) {
            faults.add(Manifest.fault(e));
        }
        manifest.root().at("/spec/flinkConfiguration").properties().forEach(option -> {
            var key = option.getKey();
            if (key.startsWith("kubernetes.operator.") || key.startsWith("job.autoscaler.")) {
                check(key, option.getValue().asText(), faults);
            }
        });
        return manifest.said(faults);
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
