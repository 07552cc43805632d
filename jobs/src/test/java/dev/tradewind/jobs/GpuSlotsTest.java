package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuSlotsTest {

    @Test
    void theOthersShareWhatTheGpusLeave() {
        var others = GpuSlots.ofTheOthers(cluster("2", "6", "3g", "512m")).orElseThrow();

        assertThat(others.getCpuCores()).hasValue(1.333);
        assertThat(others.getTaskHeapMemory()).hasValue(new MemorySize((2L << 30) / 3));
        assertThat(others.getManagedMemory()).hasValue(new MemorySize((512L << 20) / 3));
        assertThat(others.getExternalResources()).isEmpty();
    }

    @Test
    void countsTheCoresOfATaskManagerOnKubernetes() {
        var cluster = cluster("1", null, "3g", "0");
        cluster.setString("kubernetes.taskmanager.cpu.amount", "4.0");

        assertThat(GpuSlots.ofTheOthers(cluster).orElseThrow().getCpuCores()).hasValue(1.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"external-resources", "external-resource.gpu.amount"})
    void asksNothingForTheOthersWhereNoGpuIsDeclared(String missing) {
        var cluster = cluster("1", "4", "3g", "0");
        cluster.removeKey(missing);

        assertThat(GpuSlots.ofTheOthers(cluster)).isEmpty();
        assertThat(GpuSlots.besides(2, cluster)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-1, 2", "1, 2", "3, 2", "4, 4", "7, 6"})
    void countsTheGpusOfTheTaskManagersThatTheOthersFill(int parallelism, int gpus) {
        assertThat(GpuSlots.besides(parallelism, cluster("2", "6", "3g", "0"))).isEqualTo(gpus);
    }

    @Test
    void theSlotsOfATaskManagerFitIntoIt() throws IOException {
        var cluster = Manifest.deployment("3-gpu").configuration();
        var all = TaskExecutorProcessUtils.processSpecFromConfig(cluster);
        var model = GpuSlots.ofTheModel();
        var others = GpuSlots.ofTheOthers(cluster).orElseThrow();
        int gpus = GpuSlots.perTaskManager(cluster);

        assertThat(gpus * model.getCpuCores().orElseThrow()
                        + all.getNumSlots() * others.getCpuCores().orElseThrow())
                .isLessThanOrEqualTo(cluster.get(KubernetesConfigOptions.TASK_MANAGER_CPU));
        assertThat(model.getTaskHeapMemory()
                        .orElseThrow()
                        .multiply(gpus)
                        .add(others.getTaskHeapMemory().orElseThrow().multiply(all.getNumSlots())))
                .isLessThanOrEqualTo(all.getTaskHeapSize());
    }

    @Test
    void saysWhereATaskManagerIsTooSmall() {
        assertThatThrownBy(() -> GpuSlots.ofTheOthers(cluster("2", "2", "3g", "0")))
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("a task manager has 2 cores and 3 gb");
        assertThatThrownBy(() -> GpuSlots.ofTheOthers(cluster("2", "4", "1g", "0")))
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("each GPU's slot takes 1 core and 512 mb");
    }

    private static Configuration cluster(String gpus, String cores, String heap, String managed) {
        var configuration = Configuration.fromMap(Map.of(
                "external-resources", "gpu",
                "external-resource.gpu.amount", gpus,
                "taskmanager.numberOfTaskSlots", "3",
                "taskmanager.memory.task.heap.size", heap,
                "taskmanager.memory.managed.size", managed));
        if (cores != null) {
            configuration.setString("taskmanager.cpu.cores", cores);
        }
        return configuration;
    }
}
