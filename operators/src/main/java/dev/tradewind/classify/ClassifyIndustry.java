package dev.tradewind.classify;

import ai.onnxruntime.OrtException;
import dev.tradewind.encode.EncodeQueue;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.observe.Observation;
import dev.tradewind.shared.PerTaskManager;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Gives every observation its one prediction. The subtasks of a task manager that use the same device share one model. Only
 * a model that fails to run ends in an exception; so does a timeout, where the graph sets one, for it means the same.
 */
public final class ClassifyIndustry extends RichAsyncFunction<Observation, Prediction> {
    private static final long serialVersionUID = 1;
    private static final String GPU = "gpu";
    private static final int BATCHES_IN_A_HISTOGRAM = 1_000;

    private static final PerTaskManager<Key, IndustryModel> MODELS = new PerTaskManager<>();
    private static final GpuShare GPUS = new GpuShare();

    private record Key(ModelSettings settings, int gpu) {}

    private final ModelSettings settings;

    private transient Key key;
    private transient IndustryModel model;
    private transient ContentGate gate;
    private transient Consumer<EncodeQueue.Batch> meter;

    public ClassifyIndustry(ModelSettings settings) {
        this.settings = settings;
    }

    /** With the usual queue; {@code location} and {@code device} as in {@link ModelSettings}. */
    public ClassifyIndustry(String location, String device) {
        this(ModelSettings.of(location, device));
    }

    @Override
    public void open(OpenContext context) {
        var wanted = new Key(settings, GPUS.take(indices(getRuntimeContext().getExternalResourceInfos(GPU))));
        try {
            model = MODELS.acquire(wanted, ClassifyIndustry::opened);
            key = wanted;
        } finally {
            if (key == null) {
                GPUS.giveBack(wanted.gpu);
            }
        }
        gate = ContentGate.load(model.languages());
        register(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void asyncInvoke(Observation observation, ResultFuture<Prediction> result) throws InterruptedException {
        List<Page> read = observation.readPages();
        if (read.isEmpty()) {
            List<Page> pages = observation.pages();
            String reason = pages.isEmpty() ? Outcome.DEADLINE : pages.get(0).outcome();
            result.complete(List.of(prediction(observation, "failed", reason, List.of(), List.of())));
            return;
        }
        String nothing = gate.reason(read);
        if (nothing != null) {
            result.complete(List.of(prediction(observation, "abstained", nothing, List.of(), List.of())));
            return;
        }
        model.judge(CutSegments.of(observation)).whenComplete((judgement, fault) -> {
            if (fault != null) {
                result.completeExceptionally(fault);
            } else {
                result.complete(List.of(judged(observation, judgement)));
            }
        });
    }

    @Override
    public void close() throws Exception {
        if (key != null) {
            model.queue().unlisten(meter);
            GPUS.giveBack(key.gpu);
            MODELS.release(key);
            key = null;
        }
    }

    /** The GPUs' numbers; those of one whose number is no number are left out. */
    static Set<Integer> indices(Set<ExternalResourceInfo> gpus) {
        return gpus.stream()
                .flatMap(gpu -> gpu.getProperty("index").stream())
                .map(String::trim)
                .filter(index -> index.matches("\\d{1,4}"))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }

    private static IndustryModel opened(Key key) {
        try {
            return IndustryModel.open(key.settings, key.gpu);
        } catch (OrtException e) {
            throw new IllegalStateException("The model cannot be opened: " + e.getMessage(), e);
        }
    }

    private Prediction judged(Observation observation, Judgement judgement) {
        boolean confident = judgement.best().get(0).probability() >= model.abstainThreshold();
        return prediction(
                observation,
                confident ? "classified" : "abstained",
                confident ? null : "low-confidence",
                judgement.best(),
                judgement.evidence());
    }

    private Prediction prediction(
            Observation observation,
            String status,
            String reason,
            List<Prediction.Industry> industries,
            List<Prediction.Evidence> evidence) {
        var business = observation.business();
        return new Prediction(
                business.id(),
                business.name(),
                business.url(),
                status,
                reason,
                industries,
                evidence,
                observation.pages().stream().map(Page::withoutText).toList(),
                model.version(),
                business.submittedAt(),
                Instant.now());
    }

    /** What is measured is the shared model: its subtasks report the same. */
    private void register(MetricGroup metrics) {
        EncodeQueue queue = model.queue();
        Histogram segments =
                metrics.histogram("segmentsPerBatch", new DescriptiveStatisticsHistogram(BATCHES_IN_A_HISTOGRAM));
        Histogram tokens =
                metrics.histogram("tokensPerBatch", new DescriptiveStatisticsHistogram(BATCHES_IN_A_HISTOGRAM));
        Histogram millis =
                metrics.histogram("inferenceMillis", new DescriptiveStatisticsHistogram(BATCHES_IN_A_HISTOGRAM));
        meter = batch -> {
            segments.update(batch.segments());
            tokens.update(batch.tokens());
            millis.update(batch.millis());
        };
        queue.listen(meter);
        metrics.gauge("provider", (Gauge<String>) model::provider);
        metrics.gauge("cuda", (Gauge<Integer>) () -> model.provider().startsWith("cuda") ? 1 : 0);
        metrics.gauge("queueLength", (Gauge<Integer>) queue::length);
        metrics.gauge("cacheHitRate", (Gauge<Double>) () -> {
            EncodeQueue.Remembered remembered = queue.remembered();
            return remembered.asked() == 0 ? 0 : (double) remembered.hits() / remembered.asked();
        });
    }
}
