package dev.tradewind.classify;

import dev.tradewind.encode.Device;
import java.io.Serializable;

/**
 * Which model to judge with, and how its work is queued.
 *
 * @param location folder of a model bundle, or {@link ModelBundle#EMBEDDED}
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param queueSegments segments that may wait for the encoder
 * @param lingerMillis how long a segment waits for others of its length, in milliseconds
 * @param tokenBudget most tokens in one call of the encoder; 0 for 1,024 on a CPU and 16,384 on CUDA
 * @param threads calls of the encoder at a time on a CPU; 0 for one per core. On CUDA it is always one
 * @param rememberedBytes room for the vectors of segments that may come again, in bytes
 */
public record ModelSettings(
        String location,
        String device,
        int queueSegments,
        int lingerMillis,
        int tokenBudget,
        int threads,
        long rememberedBytes)
        implements Serializable {

    /** @throws IllegalArgumentException if there is no such device or a number is out of its range */
    public ModelSettings {
        Device.of(device);
        if (queueSegments < 1 || lingerMillis < 0 || tokenBudget < 0 || threads < 0 || rememberedBytes < 0) {
            throw new IllegalArgumentException("Out of range: " + queueSegments + " queued segments, " + lingerMillis
                    + " ms of linger, a budget of " + tokenBudget + " tokens, " + threads + " threads, "
                    + rememberedBytes + " bytes remembered");
        }
    }

    public static ModelSettings of(String location, String device) {
        return new ModelSettings(location, device, 4_096, 20, 0, 0, 64L << 20);
    }
}
