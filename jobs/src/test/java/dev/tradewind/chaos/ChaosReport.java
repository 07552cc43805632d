package dev.tradewind.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What came of the runs: a line for each in {@code runs.csv}, for each fault in {@code faults.csv}, all of them in {@code summary.md}. */
final class ChaosReport {
    private final Path runs;
    private final Path faults;
    private final Path summary;
    private final List<Verdict> verdicts = new ArrayList<>();

    ChaosReport(Path folder) throws IOException {
        runs = Files.writeString(
                folder.resolve("runs.csv"), "seed,seconds,businesses,requests,lost,doubled,wrong,too_soon\n");
        faults = Files.writeString(
                folder.resolve("faults.csv"), "seed,kind,what,lasted_seconds,recovery_seconds,silence_seconds\n");
        summary = folder.resolve("summary.md");
    }

    void add(Verdict verdict) throws IOException {
        verdicts.add(verdict);
        append(
                runs,
                "%d,%.1f,%d,%d,%d,%d,%d,%d\n"
                        .formatted(
                                verdict.schedule().seed(),
                                Verdict.seconds(verdict.time()),
                                verdict.businesses(),
                                verdict.requests(),
                                verdict.lost().size(),
                                verdict.doubled().size(),
                                verdict.wrong().size(),
                                verdict.tooSoon().size()));
        for (var recovery : verdict.recoveries()) {
            var fault = recovery.fault();
            append(
                    faults,
                    "%d,%s,\"%s\",%.1f,%.1f,%.1f\n"
                            .formatted(
                                    verdict.schedule().seed(),
                                    fault.kind(),
                                    fault.what(),
                                    Verdict.seconds(fault.lasted()),
                                    Verdict.seconds(recovery.time()),
                                    Verdict.seconds(recovery.silence())));
        }
    }

    /** Median and worst of each kind. */
    void summarise() throws IOException {
        Map<FaultKind, List<Recovery>> byKind = new EnumMap<>(FaultKind.class);
        for (var verdict : verdicts) {
            for (var recovery : verdict.recoveries()) {
                byKind.computeIfAbsent(recovery.fault().kind(), kind -> new ArrayList<>())
                        .add(recovery);
            }
        }
        var text = new StringBuilder(
                """
                %d runs of %s businesses, %s s each (median, worst): lost %d, doubled %d, wrong %d, too soon %d

                | fault | times | lasted: median, worst | recovery: median, worst | no request: median, worst |
                |---|---|---|---|---|
                """
                        .formatted(
                                verdicts.size(),
                                verdicts.stream()
                                        .mapToInt(Verdict::businesses)
                                        .min()
                                        .orElse(0),
                                medianAndWorst(verdicts, verdict -> Verdict.seconds(verdict.time())),
                                count(Verdict::lost),
                                count(Verdict::doubled),
                                count(Verdict::wrong),
                                count(Verdict::tooSoon)));
        byKind.forEach((kind, recoveries) -> text.append("| %s | %d | %s s | %s s | %s s |\n"
                .formatted(
                        kind,
                        recoveries.size(),
                        medianAndWorst(
                                recoveries,
                                recovery -> Verdict.seconds(recovery.fault().lasted())),
                        medianAndWorst(recoveries, recovery -> Verdict.seconds(recovery.time())),
                        medianAndWorst(recoveries, recovery -> Verdict.seconds(recovery.silence())))));
        Files.writeString(summary, text);
        System.out.println(text);
    }

    private int count(Function<Verdict, List<String>> what) {
        return verdicts.stream().mapToInt(verdict -> what.apply(verdict).size()).sum();
    }

    private static <T> String medianAndWorst(List<T> all, Function<T, Double> seconds) {
        var sorted = all.stream().map(seconds).sorted().toList();
        return sorted.isEmpty()
                ? "-"
                : "%.1f, %.1f".formatted(sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, line, StandardOpenOption.APPEND);
    }
}
