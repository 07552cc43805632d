package dev.tradewind.archive;

import dev.tradewind.observe.Observation;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Makes the clean records of an observation. */
public final class ArchivePages implements FlatMapFunction<Observation, ArchivedPage> {
    private static final long serialVersionUID = 1;

    @Override
    public void flatMap(Observation observation, Collector<ArchivedPage> out) {
        var business = observation.business();
        for (var page : observation.pages()) {
            out.collect(new ArchivedPage(
                    business.id(),
                    business.name(),
                    business.url(),
                    business.submission(),
                    business.submittedAt(),
                    observation.pages().size(),
                    page));
        }
    }
}
