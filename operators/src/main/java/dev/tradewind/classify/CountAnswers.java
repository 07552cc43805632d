package dev.tradewind.classify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts predictions by status as they pass: as metrics, and as accumulators, which the client of a running job can read.
 * A step of its own because Flink gives async functions no accumulators. The counts begin anew when the job restarts.
 */
public final class CountAnswers extends RichMapFunction<Prediction, Prediction> {
    /** The statuses, which are the accumulators' names as well. */
    public static final List<String> STATUSES = List.of("classified", "abstained", "failed");

    private static final long serialVersionUID = 1;

    private transient Map<String, LongCounter> accumulators;
    private transient Map<String, Counter> counters;
    private transient Meter rate;

    @Override
    public void open(OpenContext context) {
        accumulators = new HashMap<>();
        counters = new HashMap<>();
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        for (String status : STATUSES) {
            var accumulator = new LongCounter();
            getRuntimeContext().addAccumulator(status, accumulator);
            accumulators.put(status, accumulator);
            counters.put(status, metrics.addGroup("status", status).counter("predictions"));
        }
        rate = metrics.meter("observationsPerSecond", new MeterView(60));
    }

    @Override
    public Prediction map(Prediction prediction) {
        accumulators.get(prediction.status()).add(1);
        counters.get(prediction.status()).inc();
        rate.markEvent();
        return prediction;
    }
}
