package dev.tradewind.jobs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.externalresource.ExternalResourceUtils;

/**
 * How a task manager with GPUs is cut into slots: one for each GPU, which the model takes, and beside them those that
 * {@code taskmanager.numberOfTaskSlots} counts, for all other operators. A slot whose operators ask for nothing gets an equal
 * share of everything, the GPUs included, and none would be left for the model: so the others ask, too.
 */
final class GpuSlots {
    static final String OTHERS = "default";

    private static final String GPU = "gpu";
    private static final int CORES = 1;
    private static final MemorySize HEAP = MemorySize.ofMebiBytes(512);

    private GpuSlots() {}

    static SlotSharingGroup ofTheModel() {
        return SlotSharingGroup.newBuilder(GPU)
                .setCpuCores(CORES)
                .setTaskHeapMemory(HEAP)
                .setExternalResource(GPU, 1)
                .build();
    }

    /** How many GPUs each task manager of {@code cluster} declares. */
    static int perTaskManager(ReadableConfig cluster) {
        return ExternalResourceUtils.getExternalResourcesCollection(Configuration.fromMap(cluster.toMap())).stream()
                .filter(resource -> resource.getName().equals(GPU))
                .mapToInt(resource -> resource.getValue().intValue())
                .sum();
    }

    /**
     * The GPUs of as many task managers as the other operators fill. It is all that can be known before the job runs, for
     * on Kubernetes its task managers are only started for it.
     */
    static int besides(int parallelism, ReadableConfig cluster) {
        int slots = cluster.get(TaskManagerOptions.NUM_TASK_SLOTS);
        return perTaskManager(cluster) * ((Math.max(1, parallelism) + slots - 1) / slots);
    }

    /**
     * An equal share of what the GPUs' slots leave of a task manager; nothing where {@code cluster} does not declare GPUs.
     *
     * @throws JobFailure if they leave nothing
     */
    static Optional<SlotSharingGroup> ofTheOthers(ReadableConfig cluster) {
        int gpus = perTaskManager(cluster);
        if (gpus == 0) {
            return Optional.empty();
        }
        var configuration = Configuration.fromMap(cluster.toMap());
        configuration.set(TaskManagerOptions.CPU_CORES, cores(configuration));
        var taskManager = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        int slots = taskManager.getNumSlots();
        double cores = taskManager.getCpuCores().getValue().doubleValue() - gpus * CORES;
        long heap = taskManager.getTaskHeapSize().getBytes() - gpus * HEAP.getBytes();
        if (cores <= 0 || heap < slots) {
            throw new JobFailure("a task manager has "
                    + taskManager.getCpuCores().getValue().stripTrailingZeros().toPlainString()
                    + " cores and " + taskManager.getTaskHeapSize()
                    + " of task heap, and each GPU's slot takes " + CORES + " core and " + HEAP
                    + ": give it more, for nothing is left for the other operators");
        }
        return Optional.of(SlotSharingGroup.newBuilder(OTHERS)
                .setCpuCores(BigDecimal.valueOf(cores / slots)
                        .setScale(3, RoundingMode.DOWN)
                        .doubleValue())
                .setTaskHeapMemory(new MemorySize(heap / slots))
                .setManagedMemory(taskManager.getManagedMemorySize().divide(slots))
                .build());
    }

    private static double cores(Configuration configuration) {
        var onKubernetes = ConfigOptions.key("kubernetes.taskmanager.cpu.amount")
                .doubleType()
                .defaultValue(-1.0);
        return TaskExecutorProcessUtils.getCpuCoresWithFallbackConfigOption(configuration, onKubernetes);
    }
}
