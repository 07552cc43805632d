package dev.tradewind.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ChaosIT {
    private static final int BREAKS_A_CHECKPOINT_THEN_KILLS_THE_JOB_MANAGER = 66;

    @Test
    void everyBusinessGetsItsRightAnswerOnceThoughItsJobLosesProcessesAndACheckpoint() throws Exception {
        var schedule = Schedule.of(BREAKS_A_CHECKPOINT_THEN_KILLS_THE_JOB_MANAGER);
        assertThat(schedule.faults())
                .extracting(Schedule.Planned::kind)
                .containsExactly(FaultKind.BREAK_CHECKPOINT, FaultKind.KILL_JOB_MANAGER);

        try (var cluster = ChaosCluster.start(Path.of("target/chaos-it"))) {
            var verdict = ChaosRun.of(schedule, cluster);

            assertThat(verdict.isGood()).as(verdict.said()).isTrue();
        }
    }
}
