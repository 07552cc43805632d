package dev.tradewind.chaos;

import java.util.Locale;

/** What is done to a running job. */
enum FaultKind {
    KILL_TASK_MANAGER,
    KILL_JOB_MANAGER,
    KILL_BROKER,
    FREEZE,
    FREEZE_BROKER,
    FILL_CHECKPOINT_DISK,
    BREAK_CHECKPOINT,
    DROP_WEB,
    RESCALE,
    UPGRADE;

    /** Whether the job is stopped and submitted again. */
    boolean submitsAgain() {
        return this == RESCALE || this == UPGRADE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
