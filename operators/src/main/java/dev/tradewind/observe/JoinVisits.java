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
 * submission when it comes in and when its visit ends, in either order, and forgets it when it has heard both. A visit that
 * the backstop ended is remembered for a month, should its last pages still come.
 */
public final class JoinVisits extends KeyedCoProcessFunction<String, Business, Observation, Observation> {
    private static final long serialVersionUID = 1;
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(30);

    /** What is known of a submission that has not been both heard of and observed. */
    public enum Standing {
        /** Submitted, its visit goes on. */
        UNDER_WAY,
        /** Submitted and answered by another submission's visit; its own goes on. */
        JOINED,
        /** Its visit ended before the submission was heard of. */
        AHEAD
    }

    private transient MapState<String, Standing> submissions;
    private transient MapState<String, Boolean> cutShort;

    @Override
    public void open(OpenContext context) {
        submissions = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("submissions", Types.STRING, TypeInformation.of(Standing.class)));
        var mayStillCome = new MapStateDescriptor<>("visits-cut-short", Types.STRING, Types.BOOLEAN);
        mayStillCome.enableTimeToLive(StateTtlConfig.newBuilder(FORGOTTEN_AFTER).build());
        cutShort = getRuntimeContext().getMapState(mayStillCome);
    }

    @Override
    public void processElement1(Business business, Context context, Collector<Observation> out) throws Exception {
        if (submissions.get(business.submission()) == Standing.AHEAD) {
            submissions.remove(business.submission());
        } else {
            submissions.put(business.submission(), Standing.UNDER_WAY);
        }
    }

    @Override
    public void processElement2(Observation observation, Context context, Collector<Observation> out) throws Exception {
        var submission = observation.business().submission();
        if (cutShort.contains(submission)) {
            return;
        }
        if (!observation.complete()) {
            cutShort.put(submission, true);
        }
        var standing = submissions.get(submission);
        if (standing == Standing.JOINED) {
            submissions.remove(submission);
            return;
        }
        if (standing == Standing.UNDER_WAY) {
            submissions.remove(submission);
        } else {
            submissions.put(submission, Standing.AHEAD);
        }
        joinOthers();
        out.collect(observation);
    }

    private void joinOthers() throws Exception {
        List<String> underWay = new ArrayList<>();
        for (var other : submissions.entries()) {
            if (other.getValue() == Standing.UNDER_WAY) {
                underWay.add(other.getKey());
            }
        }
        for (var joined : underWay) {
            submissions.put(joined, Standing.JOINED);
        }
    }
}
