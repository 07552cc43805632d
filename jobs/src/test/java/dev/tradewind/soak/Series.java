package dev.tradewind.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/** A quantity over time, in the order of time. */
record Series(String name, List<Point> points) {
    record Point(double minute, double value) {}

    /** The columns of a {@link Table}, without the times at which they were not measured. */
    static List<Series> read(Path csv) throws IOException {
        var format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (var parser = format.parse(Files.newBufferedReader(csv))) {
            var rows = parser.getRecords();
            return parser.getHeaderNames().stream()
                    .filter(name -> !name.equals(Table.MINUTES))
                    .map(name -> new Series(name, points(rows, name)))
                    .toList();
        }
    }

    private static List<Point> points(List<CSVRecord> rows, String name) {
        return rows.stream()
                .filter(row -> !row.get(name).isEmpty())
                .map(row -> new Point(Double.parseDouble(row.get(Table.MINUTES)), Double.parseDouble(row.get(name))))
                .toList();
    }

    /** What was measured from that minute on. */
    Series from(double minute) {
        return new Series(
                name, points.stream().filter(point -> point.minute >= minute).toList());
    }

    /** The quotients at the times at which both were measured, and the other is not 0. */
    Series dividedBy(Series other, String name) {
        var divisors = other.points.stream().collect(Collectors.toMap(Point::minute, Point::value));
        var quotients = points.stream()
                .filter(point -> divisors.getOrDefault(point.minute, 0.0) != 0)
                .map(point -> new Point(point.minute, point.value / divisors.get(point.minute)))
                .toList();
        return new Series(name, quotients);
    }

    /** The least value of each window of so many minutes; what is left at the end belongs to the last one. */
    Series leastOfEach(double windowMinutes) {
        double first = points.get(0).minute;
        double windows = Math.max(1, Math.floor((last().minute - first) / windowMinutes));
        var least = new TreeMap<Double, Point>();
        for (var point : points) {
            double window = Math.min(windows - 1, Math.floor((point.minute - first) / windowMinutes));
            least.merge(window, point, (one, other) -> one.value <= other.value ? one : other);
        }
        return new Series(name, List.copyOf(least.values()));
    }

    /** The slope of the line that fits best by least squares, in units an hour. */
    double risePerHour() {
        var regression = new SimpleRegression();
        points.forEach(point -> regression.addData(point.minute / 60, point.value));
        return regression.getSlope();
    }

    double mean() {
        return points.stream().collect(Collectors.averagingDouble(Point::value));
    }

    /** From the first point to the last. */
    double rise() {
        return last().value - points.get(0).value;
    }

    Point last() {
        return points.get(points.size() - 1);
    }
}
