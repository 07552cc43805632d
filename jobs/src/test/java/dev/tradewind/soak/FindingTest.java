package dev.tradewind.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingTest {
    private static final double WARM_UP = 10;
    private static final int LAST_MINUTE = 70;
    private static final int IDS_A_MINUTE = 300;

    @TempDir
    Path folder;

    private final Map<String, DoubleUnaryOperator> columns = new LinkedHashMap<>();

    /** A run in which nothing grows: some things go up and down, all rise while it warms up, each id keeps 40 bytes. */
    FindingTest() {
        columns.put(heap("task manager 1"), minute -> warming(minute) * 150 + minute % 3);
        columns.put(heap("job manager"), minute -> 45);
        columns.put(Table.name(LiveJvm.THREADS, "task manager 1"), minute -> 90 + 20 * Math.pow(Math.sin(minute), 2));
        columns.put(RunningJob.STATE, minute -> 120 + minute % 2);
        columns.put(RunningJob.JOIN_VISITS, minute -> 40 * IDS_A_MINUTE * minute / 1024);
        columns.put(RunningJob.RESTARTS, minute -> 0);
        columns.put(Trade.ANSWERED, minute -> IDS_A_MINUTE * minute);
        columns.put(Trade.UNDER_WAY, minute -> 60);
    }

    private static String heap(String process) {
        return Table.name(LiveJvm.LIVE_HEAP, process);
    }

    private static double warming(double minute) {
        return Math.min(1, minute / WARM_UP);
    }

    @Test
    void whatOnlyGoesUpAndDownAfterTheWarmUpIsFlat() throws IOException {
        assertThat(findings()).hasSize(6).allMatch(Finding::holds);
        assertThat(findings())
                .extracting(Finding::toString)
                .contains("holds  live heap [MiB] of job manager: 45.00, +0.00 an hour; +2.25 allowed");
    }

    @Test
    void aHeapThatRisesByATenthInAnHourLeaks() throws IOException {
        columns.put(heap("task manager 1"), minute -> 150 + 15 * minute / 60 + minute % 3);

        assertThat(broken()).containsExactly("live heap [MiB] of task manager 1");
    }

    @Test
    void aThreadMoreEveryFiveMinutesIsALeak() throws IOException {
        columns.put(Table.name(LiveJvm.THREADS, "task manager 1"), minute -> 90 + Math.floor(minute / 5));

        assertThat(broken()).containsExactly("threads of task manager 1");
    }

    @Test
    void stateMayGrowWithTheVisitsUnderWay() throws IOException {
        columns.put(Trade.UNDER_WAY, minute -> 60 + minute);
        columns.put(RunningJob.STATE, minute -> 2 * (60 + minute));
        assertThat(broken()).isEmpty();

        columns.put(Trade.UNDER_WAY, minute -> 60);
        assertThat(broken()).containsExactly("state of a visit [KiB]");
    }

    /** As small as that it would not show in the size of the heap. */
    @Test
    void aSmallObjectForEachBusinessIsALeak() throws IOException {
        var before = instances("   7:   1000   24000  dev.tradewind.fetch.Page", " 9: 20 480 dev.tradewind.fetch.Pool");
        var after =
                instances("   7:   1090   26000  dev.tradewind.fetch.Page", " 9: 9020 4800 dev.tradewind.fetch.Pool");

        assertThat(Finding.of("task manager 1", before, before, 10_000).holds()).isTrue();
        assertThat(Finding.of("task manager 1", before, after, 10_000))
                .hasToString("BROKEN our objects on the heap of task manager 1: +9000 of dev.tradewind.fetch.Pool,"
                        + " more of no other, after 10000 answers; +100 allowed");
    }

    private Instances instances(String... lines) throws IOException {
        var others = List.of(
                " num     #instances         #bytes  class name (module)",
                "   1:        999999         999999  [B (java.base@17.0.15)");
        var file = folder.resolve("heap.txt");
        Files.write(file, others);
        return Instances.read(Files.write(file, List.of(lines), StandardOpenOption.APPEND));
    }

    @Test
    void whatShrinksIsNoLeak() throws IOException {
        columns.put(heap("job manager"), minute -> 60 - minute / 2);

        assertThat(broken()).isEmpty();
    }

    @Test
    void anIdMustNotKeepMoreThanAHundredBytes() throws IOException {
        columns.put(RunningJob.JOIN_VISITS, minute -> 140 * IDS_A_MINUTE * minute / 1024);

        assertThat(broken()).containsExactly(RunningJob.JOIN_VISITS);
    }

    @Test
    void aRestartIsNeverAllowed() throws IOException {
        columns.put(RunningJob.RESTARTS, minute -> minute < 40 ? 0 : 1);

        assertThat(broken()).containsExactly(RunningJob.RESTARTS);
    }

    @Test
    void eachBusinessMustHaveOneAnswer() {
        var ledger = new Ledger();
        ledger.answer(ledger.send());
        assertThat(Finding.of(ledger).holds()).isTrue();

        int second = ledger.send();
        assertThat(Finding.of(ledger))
                .hasToString("BROKEN answers: 2 sent, 1 answered, 1 unanswered, 0 answered twice");

        ledger.answer(second);
        ledger.answer(second);
        assertThat(Finding.of(ledger))
                .hasToString("BROKEN answers: 2 sent, 2 answered, 0 unanswered, 1 answered twice");
    }

    @Test
    void theMeasurementsBecomeAPicture() throws IOException {
        var picture = folder.resolve("soak.png");

        Plot.write(measured(), WARM_UP, picture);

        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1_000);
    }

    private List<String> broken() throws IOException {
        return findings().stream()
                .filter(finding -> !finding.holds())
                .map(Finding::what)
                .toList();
    }

    private List<Finding> findings() throws IOException {
        return Finding.of(measured(), WARM_UP);
    }

    /** Six a minute; the heaps only every other minute. */
    private List<Series> measured() throws IOException {
        var csv = folder.resolve("soak.csv");
        try (var table = Table.create(csv)) {
            for (int sample = 0; sample <= 6 * LAST_MINUTE; sample++) {
                double minute = sample / 6.0;
                boolean heapToo = sample % 12 == 0;
                Map<String, Double> row = new LinkedHashMap<>(Map.of(Table.MINUTES, minute));
                columns.forEach((name, value) -> {
                    if (heapToo || !name.startsWith(LiveJvm.LIVE_HEAP)) {
                        row.put(name, value.applyAsDouble(minute));
                    }
                });
                table.add(row);
            }
        }
        return Series.read(csv);
    }
}
