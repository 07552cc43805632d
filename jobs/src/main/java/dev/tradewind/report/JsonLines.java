package dev.tradewind.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The finished JSON Lines files of an output folder. */
public final class JsonLines {

    /** What is done with each record, in the order of the file names and the lines in them. */
    public interface Each<T> {
        void record(T record) throws IOException;
    }

    /**
     * Files and folders whose names start with a dot or an underscore are passed over: they are still being written, or no
     * records. A folder that is not there has no records.
     *
     * @throws IOException also where a line is no record, naming file and line
     */
    public static <T> void read(Path folder, Class<T> type, Each<T> each) throws IOException {
        for (var file : files(folder)) {
            try (var lines = Files.newBufferedReader(file)) {
                long number = 0;
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    if (!line.isBlank()) {
                        each.record(parse(line, type, file, number));
                    }
                }
            }
        }
    }

    private static <T> T parse(String line, Class<T> type, Path file, long number) throws IOException {
        try {
            return Json.MAPPER.readValue(line, type);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ":" + number + " is no " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> finished(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean finished(Path file) {
        for (var part : file) {
            if (part.toString().startsWith(".") || part.toString().startsWith("_")) {
                return false;
            }
        }
        return true;
    }

    private JsonLines() {}
}
