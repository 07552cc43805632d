package dev.tradewind.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What Kubernetes and the Prometheus operator say of the manifests that are none of Flink's. */
class KubernetesTest {
    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1 Namespace", Namespace.class,
            "v1 PersistentVolumeClaim", PersistentVolumeClaim.class,
            "v1 ServiceAccount", ServiceAccount.class,
            "rbac.authorization.k8s.io/v1 Role", Role.class,
            "rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
            "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("dev.tradewind.k8s.Manifest#others")
    void kubernetesReadsEveryKey(Manifest manifest) throws IOException {
        assertThat(unread(manifest)).as(manifest.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2-production, NetworkPolicy, tradewind-crawl, /spec/egres, [/spec/egres]",
        "2-production, NetworkPolicy, tradewind-crawl, /spec/egress/0/to/0/ipBlock/excepts, [/spec/egress/0/to/0/ipBlock/excepts]",
        "2-production, Role, tradewind, /rules/0/resource, [/rules/0/resource]",
        "5-monitoring, PodMonitor, tradewind, /spec/podMetricsEndpoints/0/ports, [/spec/podMetricsEndpoints/0/ports]",
        "2-production, ServiceAccount, tradewind, /kind, there is no v1 x",
        "2-production, Role, tradewind, /apiVersion, there is no x Role",
    })
    void aKeyOrAKindThatThereIsNotIsFound(String step, String kind, String name, String key, String found)
            throws IOException {
        assertThat(unread(Manifest.of(step, kind, name).with(key, "x")).toString())
                .contains(found.replaceAll("[\\[\\]]", ""));
    }

    @Test
    void aValueThatIsNoneIsRefusedWithItsPlace() throws IOException {
        var broken = Manifest.of("2-production", "NetworkPolicy", "tradewind").with("/spec/policyTypes", "Egress");

        assertThatThrownBy(() -> unread(broken)).hasMessageContaining("policyTypes");
    }

    private static List<String> unread(Manifest manifest) throws IOException {
        var kind = manifest.root().path("apiVersion").asText() + " " + manifest.kind();
        return KINDS.containsKey(kind) ? manifest.lost(KINDS.get(kind)) : List.of("there is no " + kind);
    }
}
