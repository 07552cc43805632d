package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.encode.Device;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many GPUs the model gets on a cluster whose task managers have two GPUs and four slots. */
class ModelOptionsTest {
    private static final Configuration WITH_GPUS = Configuration.fromMap(Map.of(
            "external-resources", "gpu", "external-resource.gpu.amount", "2", "taskmanager.numberOfTaskSlots", "4"));
    private static final Configuration WITHOUT = new Configuration();

    @ParameterizedTest
    @CsvSource({"AUTO, , 4", "CUDA, , 4", "AUTO, 3, 3", "CUDA, 9, 9", "CPU, , 0"})
    void theModelTakesTheGpusThatThereAreOrThatAreAskedFor(Device device, Integer gpus, int taken) {
        assertThat(options(device, gpus).gpusOfItsOwn(8, WITH_GPUS)).isEqualTo(taken);
    }

    @Test
    void anyDeviceWillDoWhereThereIsNoGpu() {
        assertThat(options(Device.AUTO, null).gpusOfItsOwn(8, WITHOUT)).isZero();
        assertThat(options(Device.CPU, null).gpusOfItsOwn(8, WITHOUT)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"CUDA, , --model.device cuda", "AUTO, 2, --model.gpus 2"})
    void saysThatTheClusterDeclaresNoGpu(Device device, Integer gpus, String option) {
        assertThatThrownBy(() -> options(device, gpus).gpusOfItsOwn(8, WITHOUT))
                .isInstanceOf(JobFailure.class)
                .hasMessageStartingWith(option + " asks for GPUs, and the cluster's configuration declares none: set ");
    }

    private static ModelOptions options(Device device, Integer gpus) {
        var options = new ModelOptions();
        options.device = device;
        options.gpus = gpus;
        return options;
    }
}
