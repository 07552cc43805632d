package dev.tradewind.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChaosIT {
    @Test
    void run() throws Exception {
        try (var cluster = ChaosCluster.start(Path.of("target/chaos-it"))) {
            assertThat(ChaosRun.of(Schedule.of(Long.getLong("seed", 0)), cluster)
                            .isGood())
                    .isTrue();
        }
    }
}
