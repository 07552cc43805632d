package dev.tradewind.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.Prediction;
import dev.tradewind.report.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
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
        return records(output.resolve("predictions"), Prediction.class);
    }

    static List<JsonNode> rejected(Path output) throws IOException {
        return records(output.resolve("rejected"), JsonNode.class);
    }

    /** @throws IllegalStateException when a file was left unfinished */
    private static <T> List<T> records(Path folder, Class<T> type) throws IOException {
        checkAllFinished(folder);
        List<T> records = new ArrayList<>();
        JsonLines.read(folder, type, records::add);
        return records;
    }

    private static void checkAllFinished(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith("."))
                    .findFirst()
                    .ifPresent(file -> {
                        throw new IllegalStateException(file + " was left unfinished");
                    });
        }
    }
}
