package dev.tradewind.observe;

import dev.tradewind.business.Business;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets one observation of each id through for all its submissions that were under way together. Keyed by id; hears of every
 * submission when it comes in and when its visit ends, in either order, and forgets it when it has heard both. What is left
 * of a visit that its backstop ended is forgotten after a day.
 */
public final class JoinVisits extends KeyedCoProcessFunction<String, Business, Observation, Observation> {
    private static final long serialVersionUID = 1;
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

    /** What is known of a submission that has not been both heard of and observed. */
    public enum Standing {
        /** Submitted, its visit goes on. */
        UNDER_WAY,
        /** Submitted and answered by another submission's visit; its own goes on. */
        JOINED,
        /** Its visit ended before the submission was heard of. */
        AHEAD,
        /** Its visit was ended by the backstop: pages may still come. */
        CUT_SHORT
    }

    private transient MapState<String, Standing> submissions;

    @Override
    public void open(OpenContext context) {
        var descriptor = new MapStateDescriptor<>("submissions", Types.STRING, TypeInformation.of(Standing.class));
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(FORGOTTEN_AFTER).build());
        submissions = getRuntimeContext().getMapState(descriptor);
    }

    @Override
    public void processElement1(Business business, Context context, Collector<Observation> out) throws Exception {
        var standing = submissions.get(business.submission());
        if (standing == Standing.AHEAD) {
            submissions.remove(business.submission());
        } else if (standing == null) {
            submissions.put(business.submission(), Standing.UNDER_WAY);
        }
    }

    @Override
    public void processElement2(Observation observation, Context context, Collector<Observation> out) throws Exception {
        var submission = observation.business().submission();
        var standing = submissions.get(submission);
        if (standing == Standing.JOINED) {
            forget(observation);
            return;
        }
        if (standing == Standing.CUT_SHORT || standing == Standing.AHEAD) {
            return;
        }
        List<String> underWay = new ArrayList<>();
        for (var other : submissions.entries()) {
            if (other.getValue() == Standing.UNDER_WAY) {
                underWay.add(other.getKey());
            }
        }
        for (var joined : underWay) {
            submissions.put(joined, Standing.JOINED);
        }
        if (standing == null && observation.complete()) {
            submissions.put(submission, Standing.AHEAD);
        } else {
            forget(observation);
        }
        out.collect(observation);
    }

    private void forget(Observation observation) throws Exception {
        var submission = observation.business().submission();
        if (observation.complete()) {
            submissions.remove(submission);
        } else {
            submissions.put(submission, Standing.CUT_SHORT);
        }
    }
}
