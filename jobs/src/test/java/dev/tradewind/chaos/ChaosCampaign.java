package dev.tradewind.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Runs the seeds given, one after the other: {@code 17} or {@code 1-50} or {@code 3,8,20-25}. They share their processes as long
 * as all is well; after a run that is not, its processes' logs are kept and the next one gets new processes. Says a line for
 * each run, writes {@code runs.csv} and {@code faults.csv} as it goes and {@code summary.md} in the end.
 */
public final class ChaosCampaign {
    private final ChaosReport report;
    private final Path folder;
    private ChaosCluster cluster;
    private boolean good = true;

    private ChaosCampaign(Path folder) throws IOException {
        this.folder = folder;
        report = new ChaosReport(Files.createDirectories(folder));
    }

    /** @param args the seeds, and the folder for all that is written */
    public static void main(String[] args) throws Exception {
        var campaign = new ChaosCampaign(Path.of(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(campaign::closeCluster));
        for (long seed : seeds(args[0])) {
            campaign.run(seed);
        }
        campaign.report.summarise();
        System.exit(campaign.good ? 0 : 1);
    }

    private void run(long seed) throws Exception {
        if (cluster == null) {
            cluster = ChaosCluster.startWithSmallDisk(folder.resolve("cluster-of-seed-" + seed));
        }
        boolean went = false;
        try {
            var verdict = ChaosRun.of(Schedule.of(seed), cluster);
            report.add(verdict);
            System.out.println(verdict.said());
            went = verdict.isGood();
        } catch (IOException | RuntimeException e) {
            System.out.println("seed " + seed + ": " + e + "; see " + cluster.folder());
        }
        if (!went) {
            good = false;
            closeCluster();
        }
    }

    private synchronized void closeCluster() {
        if (cluster == null) {
            return;
        }
        try {
            cluster.close();
        } catch (IOException e) {
            System.err.println("the processes of " + cluster.folder() + " do not end well: " + e);
        }
        cluster = null;
    }

    private static List<Long> seeds(String said) {
        return Arrays.stream(said.split(","))
                .map(range -> range.split("-"))
                .flatMap(ends -> LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]))
                        .boxed())
                .toList();
    }
}
