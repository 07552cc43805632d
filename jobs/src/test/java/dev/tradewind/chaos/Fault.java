package dev.tradewind.chaos;

import java.time.Duration;
import java.time.Instant;

/**
 * A fault that came over a job.
 *
 * @param what in words, such as which process
 * @param from when it came
 * @param to when what had done it was undone: the process was started again, the disk had room
 */
record Fault(FaultKind kind, String what, Instant from, Instant to) {

    Duration lasted() {
        return Duration.between(from, to);
    }
}
