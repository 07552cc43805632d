package dev.tradewind.jobs;

import dev.tradewind.classify.Prediction;
import dev.tradewind.report.JsonLines;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "demo", description = "Classify the bundled sample businesses, served on loopback, and write a report.")
final class DemoCommand implements Callable<Integer> {
    private static final String INPUT = "businesses.csv";
    private static final List<String> WRITTEN = List.of(
            INPUT,
            OutputOptions.PREDICTIONS,
            OutputOptions.REJECTED,
            "archive",
            OutputOptions.REPORT,
            OutputOptions.LOG);

    @Spec
    CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "PATH",
            description = "Folder for what the demo writes; an earlier demo in it is replaced.")
    Path output = Path.of("tradewind-demo");

    @Option(
            names = "--web-ui.port",
            paramLabel = "PORT",
            description = "Flink web UI; 0 for any free port, -1 for none.")
    int webUiPort = 8081;

    @Override
    public Integer call() throws IOException {
        makeRoom();
        try (var web = LoopbackWeb.start()) {
            SampleSites.serve(web);
            var input = Files.writeString(output.resolve(INPUT), SampleSites.businesses(web));
            int code = Tradewind.run(
                    "classify",
                    "--input=" + input,
                    "--output=" + output,
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=100ms",
                    "--crawl.address-delay=0s",
                    "--checkpoint.interval=1s",
                    "--web-ui.port=" + webUiPort);
            if (code == 0) {
                showAnswers();
            }
            return code;
        }
    }

    private void showAnswers() throws IOException {
        List<Prediction> answers = new ArrayList<>();
        JsonLines.read(output.resolve(OutputOptions.PREDICTIONS), Prediction.class, answers::add);
        answers.sort(Comparator.comparing(Prediction::id));
        for (var answer : answers) {
            System.out.println(AnswerLine.of(answer));
        }
    }

    private void makeRoom() throws IOException {
        if (Files.isDirectory(output) && !Files.exists(output.resolve(INPUT)) && !isEmpty(output)) {
            throw new ParameterException(
                    command.commandLine(), "--output " + output + " holds something else: name a new folder");
        }
        for (var written : WRITTEN) {
            delete(output.resolve(written));
        }
        Files.createDirectories(output);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
