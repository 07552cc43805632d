package dev.tradewind.chaos;

import java.time.Instant;

/**
 * The time from one submission of the job to the next.
 *
 * @param from when it was submitted
 * @param nanoTime the same by {@link System#nanoTime}
 */
record Term(JobOptions options, Instant from, long nanoTime) {}
