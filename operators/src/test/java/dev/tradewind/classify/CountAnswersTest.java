package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness says that closing it may throw anything
class CountAnswersTest {
    @Test
    void countsByStatusAndPassesOn() throws Exception {
        var counts = new StreamMap<>(new CountAnswers());
        try (var operator = new OneInputStreamOperatorTestHarness<>(counts)) {
            operator.open();
            for (String status : List.of("classified", "failed", "classified")) {
                operator.processElement(new StreamRecord<>(prediction(status)));
            }

            assertThat(counts.getRuntimeContext().getLongCounter("classified").getLocalValue())
                    .isEqualTo(2);
            assertThat(counts.getRuntimeContext().getLongCounter("abstained").getLocalValue())
                    .isEqualTo(0);
            assertThat(counts.getRuntimeContext().getLongCounter("failed").getLocalValue())
                    .isEqualTo(1);
            assertThat(operator.extractOutputValues())
                    .extracting(Prediction::status)
                    .containsExactly("classified", "failed", "classified");
        }
    }

    private static Prediction prediction(String status) {
        return new Prediction(
                "1", null, "joe.com", status, null, List.of(), List.of(), List.of(), "tiny-1", null, null, null);
    }
}
