package dev.tradewind.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {

    @Test
    void aSeedAlwaysPlansTheSame() {
        assertThat(Schedule.of(17)).isEqualTo(Schedule.of(17));
        assertThat(Schedule.of(17)).isNotEqualTo(Schedule.of(27));
    }

    @ParameterizedTest
    @EnumSource(FaultKind.class)
    void fiftySeedsPlanEveryKindFiveTimesOrMore(FaultKind kind) {
        var kinds = LongStream.rangeClosed(1, 50)
                .mapToObj(Schedule::of)
                .map(Schedule::faults)
                .flatMap(List::stream)
                .map(Schedule.Planned::kind)
                .toList();

        assertThat(Collections.frequency(kinds, kind)).isGreaterThanOrEqualTo(5);
    }
}
