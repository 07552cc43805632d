package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.classify.ModelBundle;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.plan.LinkRanks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** A savepoint knows an operator by its uid alone: state under one that is gone fails the job that goes on from it. */
class UidsTest {
    private static final List<String> BETWEEN_SOURCE_AND_SINKS = List.of(
            "read-businesses",
            "ask-for-home-pages",
            "fetch-home-page",
            "plan-internal-pages",
            "fetch-internal-page",
            "plan-second-click",
            "fetch-second-click",
            "observe-site",
            "join-visits",
            "classify-industry",
            "count-answers");

    private final StreamExecutionEnvironment env = environment();
    private final IndustryGraph graph = new IndustryGraph(
            CrawlSettings.defaults(),
            new LinkRanks(LinkRanks.TALK),
            10,
            ModelSettings.of(ModelBundle.EMBEDDED, "auto"),
            0);

    @Test
    void aJobFromTopicToTopicHasTheUidsOfTheFirstVersion() throws Exception {
        var kafka = new KafkaOptions();
        kafka.bootstrapServers = "localhost:9092";
        var crawl = graph.crawl(Connectors.kafka(env, kafka));
        Connectors.rejectedToKafka(crawl.rejected(), kafka);
        Connectors.predictionsToKafka(graph.classify(crawl.observations()), kafka);

        assertThat(uids())
                .contains(
                        "businesses",
                        "rejected-to-kafka",
                        "Sink Committer: rejected-to-kafka",
                        "predictions-to-kafka",
                        "Sink Committer: predictions-to-kafka");
        assertThat(uids()).containsAll(BETWEEN_SOURCE_AND_SINKS);
    }

    @Test
    void aJobFromFilesToFilesHasTheUidsOfTheFirstVersion() {
        var crawl = graph.crawl(Connectors.files(env, "in", true));
        var output = new OutputOptions();
        output.output = "out";
        output.writeArchive(crawl, true);
        output.writeRejected(crawl.rejected(), true);
        Connectors.toFiles(graph.classify(crawl.observations()), "out", "predictions", "Predictions", true);

        assertThat(uids())
                .contains(
                        "businesses",
                        "archive-pages",
                        "pages",
                        "Sink Committer: pages",
                        "warc",
                        "Sink Committer: warc",
                        "rejected",
                        "Sink Committer: rejected",
                        "predictions",
                        "Sink Committer: predictions");
        assertThat(uids()).containsAll(BETWEEN_SOURCE_AND_SINKS);
    }

    private List<String> uids() {
        return env.getStreamGraph(false).getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    private static StreamExecutionEnvironment environment() {
        var run = new RunOptions();
        run.checkpointInterval = Duration.ofSeconds(10);
        return StreamExecutionEnvironment.createLocalEnvironment(2, run.job());
    }
}
