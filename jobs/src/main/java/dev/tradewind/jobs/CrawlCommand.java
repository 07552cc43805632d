package dev.tradewind.jobs;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@Command(name = "crawl", description = "Crawl businesses' web sites into an archive, to be classified later.")
final class CrawlCommand implements Callable<Integer> {
    @Mixin
    InputOptions input;

    @Mixin
    OutputOptions output;

    @Mixin
    CrawlOptions crawl;

    @Mixin
    KafkaOptions kafka;

    @Mixin
    RunOptions run;

    @Override
    public Integer call() throws Exception {
        input.check(kafka);
        run.check();
        if (input.source == InputOptions.Source.ARCHIVE) {
            throw new ParameterException(
                    input.command.commandLine(), "--source archive is crawled already: 'classify' reads it");
        }
        if (output.output == null) {
            throw new ParameterException(
                    input.command.commandLine(), "--output is missing: name a folder for the archive");
        }
        if (input.source == InputOptions.Source.KAFKA) {
            kafka.check(List.of(kafka.businesses));
        }
        var graph = new IndustryGraph(crawl.settings(), crawl.ranks(), crawl.sitesInFlight, null, 0);
        var execution = new Execution(run, output, input.endless());
        var env = execution.environment();
        var crawled = graph.crawl(input.lines(env, kafka));
        output.writeArchive(crawled, input.endless());
        output.writeRejected(crawled.rejected(), input.endless());
        return execution.run(env, "Tradewind: crawl");
    }
}
