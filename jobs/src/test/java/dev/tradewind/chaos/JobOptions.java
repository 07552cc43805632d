package dev.tradewind.chaos;

import java.time.Duration;

/** The options of the job that an upgrade changes. */
record JobOptions(Duration delay, int pages) {}
