package dev.tradewind.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** How many objects of our own classes are on a heap, by class. */
record Instances(Map<String, Long> byClass) {
    private static final Pattern LINE = Pattern.compile(" *\\d+: +(\\d+) +\\d+ +(dev\\.tradewind\\.\\S+).*");

    /** How many more there are of a class. */
    record Growth(String className, long instances) {}

    /** Reads a class histogram as {@code jcmd} gives it. */
    static Instances read(Path histogram) throws IOException {
        Map<String, Long> byClass = new LinkedHashMap<>();
        for (var line : Files.readAllLines(histogram)) {
            var instances = LINE.matcher(line);
            if (instances.matches()) {
                byClass.put(instances.group(2), Long.parseLong(instances.group(1)));
            }
        }
        return new Instances(byClass);
    }

    /** That of the class of which most came since. */
    Growth since(Instances before) {
        return byClass.entrySet().stream()
                .map(now -> new Growth(now.getKey(), now.getValue() - before.byClass.getOrDefault(now.getKey(), 0L)))
                .max(Comparator.comparingLong(Growth::instances))
                .orElse(new Growth("none", 0));
    }
}
