package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.business.Origin;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.ModelBundle;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.plan.LinkRanks;
import java.time.Duration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class IndustryGraphTest {

    /** These names stand in every savepoint: one that changes loses the state under it. */
    @Test
    void everyOperatorHasItsUidAndItsName() {
        var env = environment();
        build(env, 0);
        var graph = env.getStreamGraph();

        assertThat(graph.getStreamNodes().stream().filter(node -> node.getTransformationUID() != null))
                .extracting(StreamNode::getTransformationUID)
                .contains(
                        "read-businesses",
                        "ask-for-home-pages",
                        "fetch-home-page",
                        "fetch-home-page-exchange",
                        "plan-internal-pages",
                        "fetch-internal-page",
                        "fetch-internal-page-exchange",
                        "plan-second-click",
                        "fetch-second-click",
                        "fetch-second-click-exchange",
                        "observe-site",
                        "join-visits",
                        "archive-pages",
                        "classify-industry",
                        "count-answers");
        assertThat(graph.getJobGraph().getVertices()).isNotEmpty();
    }

    @Test
    void onlyAModelOnCudaHasSlotsOfItsOwnAndAsManySubtasksAsGpus() {
        var shared = environment();
        build(shared, 0);
        assertThat(shared.getStreamGraph().getStreamNodes())
                .extracting(StreamNode::getSlotSharingGroup)
                .containsOnly("default");

        var pinned = environment();
        build(pinned, 3);
        var graph = pinned.getStreamGraph();
        var onGpus = graph.getStreamNodes().stream()
                .filter(node -> node.getSlotSharingGroup().equals("gpu"))
                .toList();
        assertThat(onGpus).singleElement().satisfies(node -> {
            assertThat(node.getTransformationUID()).isEqualTo("classify-industry");
            assertThat(node.getParallelism()).isEqualTo(3);
        });
        assertThat(graph.getSlotSharingGroupResource("gpu").orElseThrow().getExtendedResources())
                .containsKey("gpu");
    }

    @Test
    void allWhoFetchFromAHostAreInOneTaskManager() {
        var env = environment();
        build(env, 0);
        var graph = env.getStreamGraph().getJobGraph();

        assertThat(graph.getCoLocationGroups()).singleElement().satisfies(together -> assertThat(
                        together.getVertexIds().stream()
                                .map(id -> graph.findVertexByID(id).getName()))
                .hasSize(3)
                .allMatch(name -> name.startsWith("Fetch ")));
    }

    private static StreamExecutionEnvironment environment() {
        var run = new RunOptions();
        run.checkpointInterval = Duration.ofSeconds(10);
        return StreamExecutionEnvironment.createLocalEnvironment(2, run.job());
    }

    private static void build(StreamExecutionEnvironment env, int gpus) {
        var graph = new IndustryGraph(
                CrawlSettings.defaults(),
                new LinkRanks(LinkRanks.TALK),
                10,
                ModelSettings.of(ModelBundle.EMBEDDED, "auto"),
                gpus);
        var line = new SubmittedLine("1,a.com", "id,url", Origin.ofFile("in.csv", 2), null);
        var crawl = graph.crawl(env.fromData(line).name("Lines").uid("lines"));
        crawl.rejected().sinkTo(new DiscardingSink<>()).name("Rejected").uid("rejected");
        crawl.exchanges().sinkTo(new DiscardingSink<>()).name("Exchanges").uid("exchanges");
        IndustryGraph.archive(crawl.observations())
                .sinkTo(new DiscardingSink<>())
                .name("Pages")
                .uid("pages");
        graph.classify(crawl.observations())
                .sinkTo(new DiscardingSink<>())
                .name("Predictions")
                .uid("predictions");
    }
}
