package dev.tradewind.jobs;

import dev.tradewind.classify.ModelBundle;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.encode.Device;
import dev.tradewind.encode.SegmentEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.configuration.ReadableConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options {@code --model} and {@code --model.*}. */
final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(names = "--model", paramLabel = "FOLDER", description = "Folder of a model bundle, or the embedded one.")
    String location = ModelBundle.EMBEDDED;

    @Option(
            names = "--model.device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description =
                    "cpu, cuda, or auto: CUDA where the build and the machine have it, else the CPU. On a cluster that "
                            + "declares the external resource 'gpu', cuda and auto give the model slots of its own with a GPU each.")
    Device device;

    @Option(
            names = "--model.gpus",
            paramLabel = "N",
            description =
                    "On a cluster that declares GPUs: how many of them, and so how many subtasks, the model has. By "
                            + "default all of the task managers that the job's parallelism fills: external-resource.gpu.amount x "
                            + "parallelism / taskmanager.numberOfTaskSlots, rounded up.")
    Integer gpus;

    @Option(
            names = "--model.batch-tokens",
            paramLabel = "N",
            description = "Most tokens in one call of the encoder; 0 for 1024 on a CPU and 16384 on CUDA.")
    int batchTokens = 0;

    @Option(
            names = "--model.linger",
            paramLabel = "MILLIS",
            description = "How long a segment waits for others of its length, in milliseconds.")
    int linger = 20;

    ModelSettings settings() {
        try {
            var defaults = ModelSettings.of(location, device.name().toLowerCase(Locale.ROOT));
            return new ModelSettings(
                    location,
                    defaults.device(),
                    defaults.queueSegments(),
                    linger,
                    batchTokens,
                    defaults.threads(),
                    defaults.rememberedBytes());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--model: " + e.getMessage());
        }
    }

    /**
     * Subtasks on slots with a GPU each; 0 where the model shares the slots of the other operators.
     *
     * @param parallelism of the other operators
     * @throws JobFailure if GPUs are asked for and {@code cluster} declares none
     */
    int gpusOfItsOwn(int parallelism, ReadableConfig cluster) {
        if (device == Device.CPU) {
            return 0;
        }
        int filled = GpuSlots.besides(parallelism, cluster);
        if (filled == 0) {
            if (device == Device.CUDA || gpus != null) {
                throw new JobFailure((gpus == null ? "--model.device cuda" : "--model.gpus " + gpus)
                        + " asks for GPUs, and the cluster's configuration declares none: set external-resources: gpu and "
                        + "external-resource.gpu.amount there, as k8s/README.md says, or give --model.device cpu");
            }
            return 0;
        }
        if (gpus != null && gpus > filled) {
            int each = GpuSlots.perTaskManager(cluster);
            System.err.println("--model.gpus " + gpus + " wants " + (gpus + each - 1) / each
                    + " task managers, more than the " + filled / each + " that parallelism " + parallelism
                    + " fills: where there are not as many the job waits for them and fails");
        }
        return gpus == null ? filled : gpus;
    }

    /** @throws JobFailure if the bundle cannot be used, before a job is started for it */
    void check() {
        if (gpus != null) {
            require(gpus >= 1, "--model.gpus must be at least 1, not " + gpus);
            require(device != Device.CPU, "--model.gpus " + gpus + " asks for GPUs, and --model.device cpu uses none");
        }
        require(
                device != Device.CUDA || SegmentEncoder.isBuiltWithCuda(),
                "--model.device cuda: " + SegmentEncoder.NOT_BUILT);
        require(
                location.equals(ModelBundle.EMBEDDED) || Files.isDirectory(Path.of(location)),
                "--model " + location + " is no folder");
        try {
            ModelBundle.open(location);
        } catch (IllegalArgumentException e) {
            throw new JobFailure(e.getMessage());
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(command.commandLine(), message);
        }
    }
}
