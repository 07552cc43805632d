package dev.tradewind.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether one thing is as it must be after a long run, and the figures that say so. */
record Finding(boolean holds, String what, String figures) {
    /** What is held at least in so many minutes counts: what comes and goes with the work is no leak. */
    private static final double WINDOW_MINUTES = 5;

    private static final double MOST_RISE_PER_HOUR = 0.05;

    /** In units: what is almost nothing may rise by a thread, a file or a MiB. */
    private static final double LEAST_BOUND = 1;

    private static final double MOST_BYTES_PER_ID = 100;

    /** For each business answered: what stays of one in a hundred may be under way. */
    private static final double MOST_INSTANCES = 0.01;

    private static final Set<String> FLAT =
            Set.of(LiveJvm.LIVE_HEAP, LiveJvm.DIRECT_MEMORY, LiveJvm.RESIDENT_SET, LiveJvm.THREADS, LiveJvm.OPEN_FILES);

    /** Judges what was measured from that minute on. */
    static List<Finding> of(List<Series> measured, double warmUp) {
        var findings = new ArrayList<Finding>();
        var byName = measured.stream()
                .map(series -> series.from(warmUp))
                .collect(Collectors.toMap(Series::name, Function.identity()));
        measured.stream()
                .filter(series -> FLAT.contains(Table.quantity(series.name())))
                .forEach(series -> findings.add(flat(byName.get(series.name()), LEAST_BOUND)));
        findings.add(flat(stateOfAVisit(byName), 0));
        findings.add(stateOfIds(byName));
        int times = (int) byName.get(RunningJob.RESTARTS).last().value();
        findings.add(new Finding(times == 0, RunningJob.RESTARTS, String.valueOf(times)));
        return findings;
    }

    /** One answer for each business, no fewer and no more. */
    static Finding of(Ledger ledger) {
        return new Finding(ledger.unanswered() == 0 && ledger.doubled() == 0, "answers", ledger.toString());
    }

    /** A busier machine has more visits under way, and so more state. */
    private static Series stateOfAVisit(Map<String, Series> measured) {
        return measured.get(RunningJob.STATE).dividedBy(measured.get(Trade.UNDER_WAY), "state of a visit [KiB]");
    }

    /** No class of ours may have an object more for each business, however small it is. */
    static Finding of(String process, Instances before, Instances after, double answered) {
        var growth = after.since(before);
        double bound = MOST_INSTANCES * answered;
        return new Finding(
                growth.instances() <= bound,
                "our objects on the heap of " + process,
                String.format(
                        Locale.ROOT,
                        "%+d of %s, more of no other, after %.0f answers; %+.0f allowed",
                        growth.instances(),
                        growth.className(),
                        answered,
                        bound));
    }

    private static Finding flat(Series series, double leastBound) {
        var held = series.leastOfEach(WINDOW_MINUTES);
        double mean = held.mean();
        double rise = held.risePerHour();
        double bound = Math.max(leastBound, MOST_RISE_PER_HOUR * mean);
        return new Finding(
                rise <= bound,
                series.name(),
                String.format(Locale.ROOT, "%.2f, %+.2f an hour; %+.2f allowed", mean, rise, bound));
    }

    private static Finding stateOfIds(Map<String, Series> measured) {
        double bytes = 1024
                * measured.get(RunningJob.JOIN_VISITS).rise()
                / measured.get(Trade.ANSWERED).rise();
        return new Finding(
                bytes <= MOST_BYTES_PER_ID,
                RunningJob.JOIN_VISITS,
                String.format(
                        Locale.ROOT,
                        "%.0f bytes for each id, kept for a week; %.0f allowed",
                        bytes,
                        MOST_BYTES_PER_ID));
    }

    @Override
    public String toString() {
        return (holds ? "holds  " : "BROKEN ") + what + ": " + figures;
    }
}
