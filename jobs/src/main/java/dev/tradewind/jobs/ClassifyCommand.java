package dev.tradewind.jobs;

import dev.tradewind.business.RejectedLine;
import dev.tradewind.observe.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
        name = "classify",
        description = "Crawl businesses' web sites and give each business its top three industries.")
final class ClassifyCommand implements Callable<Integer> {
    enum Sink {
        FILES,
        KAFKA
    }

    @Mixin
    InputOptions input;

    @Option(
            names = "--sink",
            paramLabel = "SINK",
            split = ",",
            defaultValue = "files",
            description = "files, kafka, or both: files,kafka.")
    Set<Sink> sinks;

    @Mixin
    OutputOptions output;

    @Mixin
    CrawlOptions crawl;

    @Mixin
    ModelOptions model;

    @Mixin
    KafkaOptions kafka;

    @Mixin
    RunOptions run;

    @Override
    public Integer call() throws Exception {
        check();
        var graph = new IndustryGraph(crawl.settings(), crawl.ranks(), crawl.sitesInFlight, model.settings(), gpus());
        var execution = new Execution(run, output, input.endless());
        var env = execution.environment();
        DataStream<Observation> observations;
        DataStream<RejectedLine> rejected;
        if (input.source == InputOptions.Source.ARCHIVE) {
            var replayed = graph.replay(Connectors.archive(env, input.archivedPages()));
            observations = replayed.observations();
            rejected = replayed.rejected();
        } else {
            var crawled = graph.crawl(input.lines(env, kafka));
            observations = crawled.observations();
            rejected = crawled.rejected();
            if (output.output != null) {
                output.writeArchive(crawled, input.endless());
            }
        }
        if (output.output != null) {
            output.writeRejected(rejected, input.endless());
        }
        if (sinks.contains(Sink.KAFKA)) {
            Connectors.rejectedToKafka(rejected, kafka);
        }
        var predictions = graph.classify(observations);
        if (sinks.contains(Sink.FILES)) {
            Connectors.toFiles(
                    predictions, output.path(OutputOptions.PREDICTIONS), "predictions", "Predictions", input.endless());
        }
        if (sinks.contains(Sink.KAFKA)) {
            Connectors.predictionsToKafka(predictions, kafka);
        }
        return execution.run(env, "Tradewind: industries of " + source());
    }

    private int gpus() {
        var cluster = StreamExecutionEnvironment.getExecutionEnvironment();
        return Execution.onCluster() ? model.gpusOfItsOwn(cluster.getParallelism(), cluster.getConfiguration()) : 0;
    }

    private String source() {
        return input.source == InputOptions.Source.KAFKA ? kafka.businesses : input.input;
    }

    private void check() {
        input.check(kafka);
        if (sinks.contains(Sink.FILES) && output.output == null) {
            throw new ParameterException(
                    input.command.commandLine(), "--output is missing: name a folder for the predictions");
        }
        if (sinks.contains(Sink.KAFKA) && kafka.bootstrapServers == null) {
            throw new ParameterException(
                    input.command.commandLine(), "--sink kafka needs --kafka.bootstrap-servers HOST:PORT");
        }
        run.check();
        model.check();
        List<String> topics = new ArrayList<>();
        if (input.source == InputOptions.Source.KAFKA) {
            topics.add(kafka.businesses);
        }
        if (sinks.contains(Sink.KAFKA)) {
            topics.add(kafka.predictions);
            topics.add(kafka.rejected);
        }
        if (!topics.isEmpty()) {
            kafka.check(topics);
        }
    }
}
