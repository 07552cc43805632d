package dev.tradewind.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.Prediction;
import dev.tradewind.shared.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One call of the command line: its exit code and what it said on standard error and output. */
record Invocation(int code, String said) {

    static Invocation of(String... args) {
        var said = new ByteArrayOutputStream();
        var err = System.err;
        var out = System.out;
        try (var stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setErr(stream);
            System.setOut(stream);
            return new Invocation(Tradewind.run(args), said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
    }

    static List<Prediction> predictions(Path output) throws IOException {
        List<Prediction> predictions = new ArrayList<>();
        for (var line : lines(output.resolve("predictions"))) {
            predictions.add(Json.MAPPER.readValue(line, Prediction.class));
        }
        return predictions;
    }

    static List<JsonNode> rejected(Path output) throws IOException {
        return lines(output.resolve("rejected")).stream()
                .map(line -> {
                    try {
                        return Json.MAPPER.readTree(line);
                    } catch (JsonProcessingException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** The lines of all finished files in a folder. */
    private static List<String> lines(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.getFileName().toString().startsWith(".")) {
                    throw new IllegalStateException(file + " was left unfinished");
                }
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }
}
