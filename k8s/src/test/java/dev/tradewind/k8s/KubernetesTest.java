package dev.tradewind.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonMappingException;
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
    void kubernetesFindsNothingWrong(Manifest manifest) throws IOException {
        assertThat(faults(manifest)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2-production  | NetworkPolicy  | tradewind-crawl | /spec/egres                           | there is no key /spec/egres: mend its name or its place",
                "2-production  | NetworkPolicy  | tradewind-crawl | /spec/egress/0/to/0/ipBlock/excepts   | there is no key /spec/egress/0/to/0/ipBlock/excepts",
                "2-production  | NetworkPolicy  | tradewind       | /spec/policyTypes                     | /spec/policyTypes cannot be read: ",
                "2-production  | Role           | tradewind       | /rules/0/resource                     | there is no key /rules/0/resource",
                "2-production  | Role           | tradewind       | /apiVersion                           | Kubernetes has no x Role: mend apiVersion or kind",
                "2-production  | ServiceAccount | tradewind       | /kind                                 | Kubernetes has no v1 x: mend apiVersion or kind",
                "5-monitoring  | PodMonitor     | tradewind       | /spec/podMetricsEndpoints/0/ports     | there is no key /spec/podMetricsEndpoints/0/ports",
            })
    void aBrokenManifestIsRefused(String step, String kind, String name, String key, String fault) throws IOException {
        assertThat(faults(Manifest.of(step, kind, name).with(key, "x")))
                .singleElement()
                .asString()
                .startsWith(step + "/")
                .contains(fault);
    }

    private static List<String> faults(Manifest manifest) throws IOException {
        var kind = manifest.root().path("apiVersion").asText() + " " + manifest.kind();
        if (!KINDS.containsKey(kind)) {
            return manifest.said(
                    List.of("Kubernetes has no " + kind + ": mend apiVersion or kind, or leave it out of this check"));
        }
        try {
            return manifest.said(manifest.unknownKeys(KINDS.get(kind)));
        } catch (JsonMappingException e) {
            return manifest.said(List.of(Manifest.fault(e)));
        }
    }
}
