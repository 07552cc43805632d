package dev.tradewind.jobs;

import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Page;
import dev.tradewind.testdata.FaultWeb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What came of each fault of {@link FaultWeb}, as a table to read. */
final class FaultReport {
    private static final Pattern COLLECTION = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\)");

    private FaultReport() {}

    static void write(
            Path file,
            List<FaultWeb.Fault> faults,
            Collection<String> soundSites,
            Map<String, Prediction> predictions,
            Duration time,
            Path gcLog)
            throws IOException {
        var text = new StringBuilder("# Faults and what came of them\n\n");
        text.append("%d faults and %d sound sites in one run: %d answers in %.0f s, the start of the JVM included.%n"
                .formatted(faults.size(), soundSites.size(), predictions.size(), time.toMillis() / 1000.0));
        text.append("Peak of the heap: %d MiB after a collection, %d MiB before one.%n"
                .formatted(peakHeapAfterCollection(gcLog), peakHeap(gcLog, 1)));
        text.append("Sound sites: ")
                .append(soundSites.stream()
                        .filter(id -> predictions.containsKey(id)
                                && predictions.get(id).status().equals("classified"))
                        .count())
                .append(" classified.\n\n");
        text.append("| fault | status | reason | as it should be | pages read | looks | ms of looking |\n");
        text.append("|---|---|---|---|--:|--:|--:|\n");
        for (var fault : faults) {
            text.append(row(fault, predictions.get(fault.name())));
        }
        Files.writeString(file, text);
    }

    /** In MiB, the most that any collection left. */
    static int peakHeapAfterCollection(Path gcLog) throws IOException {
        return peakHeap(gcLog, 2);
    }

    private static int peakHeap(Path gcLog, int group) throws IOException {
        return COLLECTION
                .matcher(Files.readString(gcLog))
                .results()
                .mapToInt(collection -> Integer.parseInt(collection.group(group)))
                .max()
                .orElse(0);
    }

    private static String row(FaultWeb.Fault fault, Prediction prediction) {
        if (prediction == null) {
            return "| %s | no answer | | | | | |%n".formatted(fault.name());
        }
        long read = prediction.pages().stream().filter(Page::read).count();
        boolean right = prediction.status().equals(fault.status())
                && String.valueOf(prediction.reason()).equals(String.valueOf(fault.reason()))
                && read == fault.pages();
        return "| %s | %s | %s | %s | %d | %d | %d |%n"
                .formatted(
                        fault.name(),
                        prediction.status(),
                        prediction.reason() == null ? "" : prediction.reason(),
                        right ? "yes" : "NO",
                        read,
                        prediction.pages().size(),
                        prediction.pages().stream().mapToLong(Page::millis).sum());
    }
}
