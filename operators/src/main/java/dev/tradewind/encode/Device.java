package dev.tradewind.encode;

import java.util.Locale;

/** Where an encoder is to run. */
public enum Device {
    /** CUDA where the build and the machine have it, else the CPU. */
    AUTO,
    CPU,
    /** CUDA or nothing. */
    CUDA;

    /** @throws IllegalArgumentException if {@code name} is none of {@code auto}, {@code cpu} and {@code cuda} */
    public static Device of(String name) {
        for (Device device : values()) {
            if (device.name().toLowerCase(Locale.ROOT).equals(name)) {
                return device;
            }
        }
        throw new IllegalArgumentException("No such device: " + name + ". There are auto, cpu and cuda.");
    }
}
