package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tradewind.business.Business;
import dev.tradewind.business.Origin;
import dev.tradewind.business.SubmittedLine;
import dev.tradewind.classify.ModelBundle;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.observe.Observation;
import dev.tradewind.plan.LinkRanks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The graph on one task manager of the size that {@code k8s/tradewind-gpu.yaml} gives it. The GPU is only declared and the
 * model runs on the CPU: what is tested is whether the slots fit.
 */
@Timeout(240)
class GpuSlotIT {
    private static final int PARALLELISM = 2;
    private static final Duration FOR_A_SLOT = Duration.ofSeconds(15);
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    @Test
    void theModelClassifiesOnASlotWithAGpu() throws Exception {
        var env = environment(taskManager());
        var visits = env.fromData(plumber("1"), plumber("2")).name("Visits").uid("visits");

        assertThat(graph(1).classify(visits).executeAndCollect(10))
                .extracting(prediction -> prediction.industries().get(0).id())
                .containsExactly("plumber", "plumber");
    }

    @Test
    void theSlotsOfTheWholeGraphFitIntoOneTaskManager() throws Exception {
        var env = environment(taskManager());

        assertThat(classified(env, graph(1)).executeAndCollect(10))
                .extracting(Prediction::id)
                .containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void saysThatThereAreTooFewGpus() throws Exception {
        var env = environment(taskManager());
        classified(env, graph(2)).sinkTo(new DiscardingSink<>()).name("Sink").uid("sink");

        assertThatThrownBy(env::execute)
                .hasStackTraceContaining(NoResourceAvailableException.class.getName())
                .hasStackTraceContaining("Could not acquire the minimum required resources");
    }

    /** The businesses are on an address that no crawl may reach: the crawl has nothing to fetch, but all its operators. */
    private static SingleOutputStreamOperator<Prediction> classified(
            StreamExecutionEnvironment env, IndustryGraph graph) {
        var crawl = graph.crawl(
                env.fromData(line(1), line(2), line(3), line(4)).name("Lines").uid("lines"));
        crawl.rejected().sinkTo(new DiscardingSink<>()).name("Rejected").uid("rejected");
        return graph.classify(crawl.observations());
    }

    private static IndustryGraph graph(int gpus) {
        return new IndustryGraph(
                CrawlSettings.defaults(),
                new LinkRanks(LinkRanks.TALK),
                10,
                ModelSettings.of(ModelBundle.EMBEDDED, "cpu"),
                gpus);
    }

    private static StreamExecutionEnvironment environment(Configuration taskManager) {
        var run = new RunOptions();
        run.checkpointInterval = Duration.ofSeconds(10);
        var configuration = run.job();
        configuration.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, FOR_A_SLOT);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.addAll(taskManager);
        return StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, configuration);
    }

    /** A local run knows a task manager by its parts only. */
    private static Configuration taskManager() throws IOException {
        var manifest = Manifest.read("tradewind-gpu.yaml");
        assertThat(manifest.at("/spec/job/parallelism").asInt()).isEqualTo(PARALLELISM);
        var configuration = manifest.configuration();
        configuration.set(TaskManagerOptions.CPU_CORES, configuration.get(KubernetesConfigOptions.TASK_MANAGER_CPU));
        var sizes = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
        configuration.removeConfig(TaskManagerOptions.TOTAL_PROCESS_MEMORY);
        configuration.set(TaskManagerOptions.TASK_HEAP_MEMORY, sizes.getTaskHeapSize());
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, sizes.getNetworkMemSize());
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, sizes.getNetworkMemSize());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, sizes.getManagedMemorySize());
        configuration.removeKey("external-resource.gpu.driver-factory.class");
        configuration.removeKey("execution.checkpointing.dir");
        configuration.removeKey("execution.checkpointing.savepoint-dir");
        return configuration;
    }

    private static SubmittedLine line(int id) {
        return new SubmittedLine(id + ",127.0.0.1", "id,url", Origin.ofFile("in.csv", id + 1), null);
    }

    private static Observation plumber(String id) {
        var page = new Page(
                1,
                "https://smith-plumbing.com/",
                0,
                "",
                0,
                "Smith Plumbing: plumbers in town",
                "We repair pipes, drains and water heaters. Licensed plumbers for your home, day and night.",
                200,
                Outcome.READ,
                1_000,
                5,
                NOON);
        return new Observation(
                new Business(id, "Smith Plumbing", "smith-plumbing.com", "in.csv:" + id, NOON), List.of(page), true);
    }
}
