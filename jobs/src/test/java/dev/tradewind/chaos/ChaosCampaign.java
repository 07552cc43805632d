package dev.tradewind.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Runs the seeds given, one after the other: {@code 17} or {@code 1-50} or {@code 3,8,20-25}. */
public final class ChaosCampaign {
    private static final Path FOLDER = Path.of("target/chaos");

    private ChaosCampaign() {}

    public static void main(String[] args) throws Exception {
        boolean good = true;
        try (var cluster = ChaosCluster.start(FOLDER.resolve("cluster"))) {
            for (long seed : seeds(args[0])) {
                var verdict = ChaosRun.of(Schedule.of(seed), cluster);
                System.out.println(verdict);
                good &= verdict.isGood();
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static List<Long> seeds(String said) {
        return List.of(said.split(",")).stream()
                .map(range -> range.split("-"))
                .flatMap(ends -> LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]))
                        .boxed())
                .collect(Collectors.toList());
    }
}
