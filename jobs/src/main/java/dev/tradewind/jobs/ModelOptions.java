package dev.tradewind.jobs;

import dev.tradewind.classify.ModelBundle;
import dev.tradewind.classify.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options {@code --model} and {@code --model.*}. */
final class ModelOptions {
    enum Device {
        AUTO,
        CPU,
        CUDA
    }

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(names = "--model", paramLabel = "FOLDER", description = "Folder of a model bundle, or the embedded one.")
    String location = ModelBundle.EMBEDDED;

    @Option(
            names = "--model.device",
            paramLabel = "DEVICE",
            description =
                    "auto, cpu or cuda. With cuda the model has slots of its own that ask for the resource 'gpu'.")
    Device device = Device.AUTO;

    @Option(
            names = "--model.gpus",
            paramLabel = "N",
            description = "With --model.device cuda: how many GPUs, and so how many subtasks, the model runs on.")
    int gpus = 1;

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

    /** Subtasks on slots with a GPU; 0 where the model shares the slots of the other operators. */
    int gpusOfItsOwn() {
        return device == Device.CUDA ? gpus : 0;
    }

    /** @throws JobFailure if the bundle cannot be used, before a job is started for it */
    void check() {
        if (gpus < 1) {
            throw new ParameterException(command.commandLine(), "--model.gpus must be at least 1, not " + gpus);
        }
        if (!location.equals(ModelBundle.EMBEDDED) && !Files.isDirectory(Path.of(location))) {
            throw new ParameterException(command.commandLine(), "--model " + location + " is no folder");
        }
        try {
            ModelBundle.open(location).close();
        } catch (IllegalArgumentException e) {
            throw new JobFailure(e.getMessage());
        }
    }
}
