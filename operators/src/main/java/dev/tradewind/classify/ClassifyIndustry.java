package dev.tradewind.classify;

import ai.onnxruntime.OrtException;
import dev.tradewind.encode.Device;
import dev.tradewind.encode.EncodeQueue;
import dev.tradewind.encode.SegmentEncoder;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every observation its one prediction. The subtasks of a task manager that use the same device share one model. Only
 * a model that fails to run ends in an exception; so does a timeout, where the graph sets one, for it means the same.
 */
public final class ClassifyIndustry extends RichAsyncFunction<Observation, Prediction> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ClassifyIndustry.class);
    private static final String GPU = "gpu";
    private static final int BATCHES_IN_A_HISTOGRAM = 1_000;

    private static final PerTaskManager<Key, IndustryModel> MODELS = new PerTaskManager<>();
    private static final GpuShare GPUS = new GpuShare();

    /**
     * What makes two subtasks share a model.
     *
     * @param gpu which they compute on; of no account where they compute on the CPU
     * @param declared whether the cluster declares GPUs
     */
    private record Key(ModelSettings settings, int gpu, boolean declared) {}

    private final ModelSettings settings;

    private transient Integer gpu;
    private transient Key key;
    private transient IndustryModel model;
    private transient ContentGate gate;
    private transient Consumer<EncodeQueue.Batch> meter;
    private transient volatile boolean closing;

    public ClassifyIndustry(ModelSettings settings) {
        this.settings = settings;
    }

    /** With the usual queue; {@code location} and {@code device} as in {@link ModelSettings}. */
    public ClassifyIndustry(String location, String device) {
        this(ModelSettings.of(location, device));
    }

    @Override
    public void open(OpenContext context) {
        Set<ExternalResourceInfo> gpus = getRuntimeContext().getExternalResourceInfos(GPU);
        boolean declared = !gpus.isEmpty();
        gpu = GPUS.take(indices(gpus));
        if (declared) {
            LOG.info("{} has GPU {}", getRuntimeContext().getTaskInfo().getTaskNameWithSubtasks(), gpu);
        }
        var wanted = new Key(settings, mayUseCuda() ? gpu : 0, declared);
        model = MODELS.acquire(wanted, ClassifyIndustry::opened);
        key = wanted;
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
            if (closing) {
                return;
            }
            if (fault != null) {
                result.completeExceptionally(fault);
            } else {
                result.complete(List.of(judged(observation, judgement)));
            }
        });
    }

    /** What is in flight stays unanswered: it is in the last savepoint, and a job that was stopped with it must not fail now. */
    @Override
    public void close() throws Exception {
        closing = true;
        if (gpu != null) {
            GPUS.giveBack(gpu);
            gpu = null;
        }
        if (key != null) {
            model.queue().unlisten(meter);
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

    private boolean mayUseCuda() {
        return Device.of(settings.device()) != Device.CPU && SegmentEncoder.isBuiltWithCuda();
    }

    private boolean fellBack() {
        return key.declared && Device.of(settings.device()) == Device.AUTO && !model.onCuda();
    }

    /** A build without CUDA on a cluster without GPUs is as it should be; anything else that keeps a model from CUDA is said. */
    private static IndustryModel opened(Key key) {
        try {
            IndustryModel model = IndustryModel.open(key.settings, key.gpu);
            model.whyNotCuda()
                    .filter(why -> key.declared || SegmentEncoder.isBuiltWithCuda())
                    .ifPresent(why -> LOG.warn("The model runs on the CPU. {}", why));
            return model;
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
                business.submission(),
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
        metrics.gauge("cuda", (Gauge<Integer>) () -> model.onCuda() ? 1 : 0);
        metrics.gauge("fellBack", (Gauge<Integer>) () -> fellBack() ? 1 : 0);
        metrics.gauge("queueLength", (Gauge<Integer>) queue::length);
        metrics.gauge("cacheHitRate", (Gauge<Double>) () -> {
            EncodeQueue.Remembered remembered = queue.remembered();
            return remembered.asked() == 0 ? 0 : (double) remembered.hits() / remembered.asked();
        });
    }
}
