package dev.tradewind.jobs;

import dev.tradewind.business.SubmittedLine;
import java.nio.file.Files;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options on where businesses come from. */
final class InputOptions {
    enum Source {
        FILES,
        KAFKA,
        ARCHIVE
    }

    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "files",
            description = "files (CSV or JSON Lines), kafka, or archive: the archive of a crawl, with no request sent.")
    Source source;

    @Option(
            names = "--input",
            paramLabel = "PATH",
            description = "A file or a folder of files; for --source archive the archive folder of a crawl.")
    String input;

    @Option(
            names = "--follow",
            description =
                    "Keep watching the input folder for new files. Move them in when they are whole: each is read once.")
    boolean follow;

    boolean endless() {
        return source == Source.KAFKA || follow;
    }

    void check(KafkaOptions kafka) {
        if (source == Source.KAFKA) {
            if (kafka.bootstrapServers == null) {
                throw wrong("--source kafka needs --kafka.bootstrap-servers HOST:PORT");
            }
        } else if (input == null) {
            throw wrong("--input is missing: name "
                    + (source == Source.FILES
                            ? "a CSV or JSON Lines file, or a folder of them"
                            : "the archive folder of a crawl"));
        } else if (isMissing(input)) {
            throw wrong("--input " + input + " does not exist");
        } else if (source == Source.ARCHIVE && isMissing(archivedPages())) {
            throw wrong("--input " + input + " is no archive: it has no folder 'pages'");
        }
    }

    String archivedPages() {
        return OutputOptions.in(input, "pages");
    }

    /** The lines of the source, which is not an archive. */
    DataStream<SubmittedLine> lines(StreamExecutionEnvironment env, KafkaOptions kafka) {
        return source == Source.KAFKA ? Connectors.kafka(env, kafka) : Connectors.files(env, input, follow);
    }

    private static boolean isMissing(String path) {
        return OutputOptions.isLocal(path) && !Files.exists(OutputOptions.localPath(path));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
