package dev.tradewind.jobs;

import dev.tradewind.business.Origin;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.plan.LinkRanks;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * The operators of the graph one by one, each in a harness, with the serialisers and keys that the job gives it: what they
 * keep is what a savepoint of the job holds of them.
 */
record OperatorsOfTheGraph(CrawlSettings crawl, int sitesInFlight, ModelSettings model) {

    /** One subtask of an operator, fed by hand. */
    static final class Harness extends OneInputStreamOperatorTestHarness<Object, Object> {
        private Harness(StreamOperatorFactory<Object> operator) throws Exception {
            super(operator, 1, 1, 0);
        }

        @Override
        public void close() {
            try {
                super.close();
            } catch (Exception e) {
                throw new IllegalStateException("the operator cannot be closed", e);
            }
        }
    }

    List<String> uids() {
        return graph().getStreamNodes().stream()
                .filter(node -> node.getTypeSerializersIn().length == 1)
                .map(StreamNode::getTransformationUID)
                .toList();
    }

    /** An operator that is set up but has no state yet, and is not open. */
    @SuppressWarnings("unchecked") // a stream node does not know its types
    Harness harness(String uid, StateBackend backend) throws Exception {
        var node = graph().getStreamNodes().stream()
                .filter(candidate -> uid.equals(candidate.getTransformationUID()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the graph has no operator " + uid));
        var harness = new Harness((StreamOperatorFactory<Object>) node.getOperatorFactory());
        var config = harness.getStreamConfig();
        config.setupNetworkInputs(node.getTypeSerializersIn());
        if (node.getStateKeySerializer() != null) {
            config.setStatePartitioner(0, node.getStatePartitioners()[0]);
            config.setStateKeySerializer(node.getStateKeySerializer());
        }
        config.serializeAllConfigs();
        harness.setStateBackend(backend);
        harness.setup((TypeSerializer<Object>) node.getTypeSerializerOut());
        return harness;
    }

    private StreamGraph graph() {
        var run = new RunOptions();
        run.checkpointInterval = Duration.ofSeconds(10);
        var env = StreamExecutionEnvironment.createLocalEnvironment(1, run.job());
        var graph = new IndustryGraph(crawl, new LinkRanks(LinkRanks.TALK), sitesInFlight, model, 0);
        var line = new SubmittedLine("1,a.com", "id,url", Origin.ofFile("in.csv", 2), null);
        var observations =
                graph.crawl(env.fromData(line).name("Lines").uid("lines")).observations();
        IndustryGraph.archive(observations);
        graph.classify(observations);
        return env.getStreamGraph();
    }
}
