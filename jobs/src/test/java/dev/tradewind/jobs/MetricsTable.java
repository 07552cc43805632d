package dev.tradewind.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the README says of metrics. */
final class MetricsTable {
    private static final String PREFIX = "flink_taskmanager_job_task_operator_";
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A metric of ours: the operator, {@code Fetch …} for all that fetch, its name in the web UI, its series in Prometheus. */
    record Row(String operator, String inWebUi, List<Series> series) {
        /** Whether a name such as {@code 0.Fetch_home_page.fetchMillis_p99} is this metric's. */
        boolean isShownAs(String name) {
            var pattern = Stream.of(inWebUi.split("(?=<)|(?<=>)|(?=\\*)|(?<=\\*)"))
                    .map(part -> part.startsWith("<") || part.equals("*") ? "[^.]+" : Pattern.quote(part))
                    .reduce("\\d+\\." + operatorPattern() + "\\.", String::concat);
            return name.matches(pattern);
        }

        private String operatorPattern() {
            return operator.replace(" …", "_\\w+").replace(' ', '_');
        }
    }

    /** Series of one name, with labels that they have beside those that all have. */
    record Series(String name, List<String> labels) {
        static Series of(String written) {
            var parts = written.split("[{}]");
            return new Series(parts[0], parts.length == 1 ? List.of() : List.of(parts[1].split(",")));
        }
    }

    private MetricsTable() {}

    /** The rows of {@code | operator | in the web UI | in Prometheus | …}. */
    static List<Row> ours() throws IOException {
        return rows("| operator | in the web UI |")
                .map(cells -> new Row(
                        cells.get(0),
                        code(cells.get(1)).get(0),
                        code(cells.get(2)).stream()
                                .map(written -> Series.of(PREFIX + written))
                                .toList()))
                .toList();
    }

    /** Expressions for series that Flink makes. */
    static List<String> ofFlink() throws IOException {
        return rows("| in Prometheus |")
                .flatMap(cells -> code(cells.get(0)).stream())
                .toList();
    }

    private static Stream<List<String>> rows(String head) throws IOException {
        return Files.readAllLines(Path.of("../README.md")).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line ->
                        Stream.of(line.split("\\|")).skip(1).map(String::trim).toList());
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
    }
}
