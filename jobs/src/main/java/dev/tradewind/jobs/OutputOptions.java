package dev.tradewind.jobs;

import dev.tradewind.business.RejectedLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --output}, and what the folder it names holds. */
final class OutputOptions {
    static final String PREDICTIONS = "predictions";
    static final String REJECTED = "rejected";
    static final String PAGES = "archive/pages";
    static final String WARC = "archive/warc";
    static final String REPORT = "report.html";
    static final String LOG = "tradewind.log";
    static final String CHECKPOINTS = "checkpoints";

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "PATH",
            description = "Folder for predictions, rejected lines, the crawl archive and the report.")
    String output;

    static boolean isLocal(String path) {
        return !path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") || path.startsWith("file:");
    }

    static Path localPath(String path) {
        return path.startsWith("file:") ? Path.of(URI.create(path)) : Path.of(path);
    }

    static String in(String folder, String name) {
        return folder.endsWith("/") ? folder + name : folder + "/" + name;
    }

    String path(String name) {
        return in(output, name);
    }

    /** The place of a file in a local output folder, or null where there is none. */
    Path local(String name) {
        return output != null && isLocal(output) ? localPath(output).resolve(name) : null;
    }

    /** A fresh run must not mix its answers with those of another. */
    void checkFresh(String restore) {
        for (var name : List.of(PREDICTIONS, PAGES)) {
            var folder = local(name);
            if (restore == null && folder != null && hasFiles(folder)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--output " + output + " already holds '" + name + "' of another run: name a new folder");
            }
        }
    }

    private static boolean hasFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var files = Files.list(folder)) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeRejected(DataStream<RejectedLine> rejected, boolean endless) {
        Connectors.toFiles(rejected, path(REJECTED), "rejected", "Rejected lines", endless);
    }

    void writeArchive(IndustryGraph.Crawl crawl, boolean endless) {
        Connectors.toFiles(IndustryGraph.archive(crawl.observations()), path(PAGES), "pages", "Pages", endless);
        Connectors.toWarc(crawl.exchanges(), path(WARC), endless);
    }
}
