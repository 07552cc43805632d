package dev.tradewind.classify;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tradewind.encode.Device;
import dev.tradewind.encode.EncodeQueue;
import dev.tradewind.encode.OnnxEnvironment;
import dev.tradewind.encode.SegmentEncoder;
import dev.tradewind.encode.SegmentTokenizer;
import dev.tradewind.encode.Tokens;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A bundle at work: tokenizer, encoder behind its queue, head. Threads may share it. The head is linear, so what a segment
 * adds to a logit is found by taking the segment away: exact, not an estimate.
 */
public final class IndustryModel implements AutoCloseable {
    private static final int CPU_TOKEN_BUDGET = 1_024;
    private static final int CUDA_TOKEN_BUDGET = 16_384;
    private static final int TOP = 3;

    private final ModelBundle bundle;
    private final SegmentTokenizer tokenizer;
    private final EncodeQueue queue;
    private final OrtSession head;
    private final SegmentEncoder encoder;
    private final int[] limits;
    private final float[] empty;

    private IndustryModel(
            ModelBundle bundle,
            SegmentTokenizer tokenizer,
            EncodeQueue queue,
            OrtSession head,
            SegmentEncoder encoder,
            float[] empty) {
        this.bundle = bundle;
        this.tokenizer = tokenizer;
        this.queue = queue;
        this.head = head;
        this.encoder = encoder;
        this.limits = limits(bundle.segmentLengths());
        this.empty = empty;
    }

    /**
     * Opens a model and checks that its graphs fit each other.
     *
     * @param gpu which CUDA device, where one is used
     * @throws IllegalArgumentException if the bundle does not fit together, in one line
     * @throws IllegalStateException if the device cannot be had
     */
    public static IndustryModel open(ModelSettings settings, int gpu) throws OrtException {
        ModelBundle bundle = ModelBundle.open(settings.location());
        SegmentTokenizer tokenizer = null;
        SegmentEncoder encoder = null;
        OrtSession head = null;
        try {
            tokenizer = SegmentTokenizer.open(
                    bundle.file(ModelBundle.TOKENIZER), bundle.segmentLengths().longest());
            head = head(bundle);
            encoder = SegmentEncoder.open(
                    bundle.file(ModelBundle.ENCODER),
                    bundle.pooling(),
                    bundle.normalize(),
                    Device.of(settings.device()),
                    gpu);
            float[] empty = emptyVector(bundle, encoder, tokenizer.empty());
            var queue = new EncodeQueue(encoder, queueSettings(settings, encoder.onCuda()));
            return new IndustryModel(bundle, tokenizer, queue, head, encoder, empty);
        } catch (OrtException | RuntimeException e) {
            if (encoder != null) {
                encoder.close();
            }
            if (head != null) {
                head.close();
            }
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw e;
        }
    }

    public String version() {
        return bundle.version();
    }

    public double abstainThreshold() {
        return bundle.abstainThreshold();
    }

    /** As {@link ModelBundle#languages}. */
    public List<String> languages() {
        return bundle.languages();
    }

    /** What the encoder really runs on: {@code cpu}, or {@code cuda:} and the device's number. */
    public String provider() {
        return encoder.provider();
    }

    /** As {@link SegmentEncoder#whyNotCuda}. */
    public Optional<String> whyNotCuda() {
        return encoder.whyNotCuda();
    }

    public boolean onCuda() {
        return encoder.onCuda();
    }

    /** The segments on their way to the encoder. */
    public EncodeQueue queue() {
        return queue;
    }

    /**
     * Judges an observation. Waits while the queue is full; the head runs in the thread that encoded the last segment.
     *
     * @return the judgement, or what ONNX Runtime threw
     */
    public CompletableFuture<Judgement> judge(Segments segments) throws InterruptedException {
        List<String> texts =
                segments.texts().stream().map(Segments.Segment::text).toList();
        List<Tokens> tokens = tokenizer.tokens(texts, limits);
        var vectors = new ArrayList<CompletableFuture<float[]>>(tokens.size());
        for (Tokens segment : tokens) {
            vectors.add(
                    segment.equals(tokenizer.empty())
                            ? CompletableFuture.completedFuture(empty)
                            : queue.encode(segment));
        }
        int extension = bundle.urlExtensions().indexOf(segments.extension());
        return CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<float[]> encoded =
                            vectors.stream().map(CompletableFuture::join).toList();
                    return judgement(segments, encoded, extension, logits(encoded, extension));
                });
    }

    @Override
    public void close() throws OrtException {
        try {
            queue.close();
        } finally {
            tokenizer.close();
            head.close();
        }
    }

    /** Row 0 is the observation, row i + 1 the observation with segment i empty, the last one that without extension. */
    private float[][] logits(List<float[]> vectors, int extension) {
        int width = bundle.features();
        int rows = vectors.size() + 2;
        var features = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < vectors.size(); i++) {
                float[] vector = row == i + 1 ? empty : vectors.get(i);
                System.arraycopy(vector, 0, features, row * width + i * bundle.hidden(), bundle.hidden());
            }
            if (extension >= 0 && row < rows - 1) {
                features[row * width + ModelBundle.SEGMENTS * bundle.hidden() + extension] = 1;
            }
        }
        try (OnnxTensor input = OnnxTensor.createTensor(
                        OnnxEnvironment.get(), FloatBuffer.wrap(features), new long[] {rows, width});
                OrtSession.Result result =
                        head.run(Map.of(head.getInputNames().iterator().next(), input))) {
            return (float[][]) result.get(0).getValue();
        } catch (OrtException e) {
            throw new IllegalStateException("The head failed: " + e.getMessage(), e);
        }
    }

    private Judgement judgement(Segments segments, List<float[]> vectors, int extension, float[][] logits) {
        double[] probabilities = probabilities(logits[0]);
        List<Integer> order = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparingDouble(industry -> -logits[0][industry]))
                .toList();
        List<Prediction.Industry> best = order.stream()
                .limit(TOP)
                .map(index -> {
                    ModelBundle.Industry industry = bundle.industries().get(index);
                    return new Prediction.Industry(
                            industry.id(), industry.name(), probabilities[index], industry.policy());
                })
                .toList();
        int first = order.get(0);
        int second = order.get(1);
        double difference = (double) logits[0][first] - logits[0][second];
        var evidence = new ArrayList<Prediction.Evidence>();
        for (int i = 0; i <= vectors.size(); i++) {
            boolean moves = i < vectors.size() ? vectors.get(i) != empty : extension >= 0;
            double weight = difference - ((double) logits[i + 1][first] - logits[i + 1][second]);
            if (moves && weight != 0) {
                Segments.Segment segment = i < vectors.size() ? segments.texts().get(i) : null;
                evidence.add(new Prediction.Evidence(
                        segment == null ? Segments.URL_EXTENSION : segment.name(),
                        segment == null ? null : segment.url(),
                        weight));
            }
        }
        evidence.sort(Comparator.comparingDouble(share -> -Math.abs(share.weight())));
        return new Judgement(logits[0], probabilities, best, evidence);
    }

    private double[] probabilities(float[] logits) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalStateException("The head of " + bundle.version() + " gave the logit " + logit);
            }
            highest = Math.max(highest, logit);
        }
        var probabilities = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = StrictMath.exp((logits[i] - highest) / bundle.temperature());
            sum += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    private static int[] limits(ModelBundle.SegmentLengths lengths) {
        var limits = new int[ModelBundle.SEGMENTS];
        for (int i = 0; i < ModelBundle.PAGES; i++) {
            limits[i] = lengths.pageText();
            limits[ModelBundle.PAGES + i] = lengths.pageTitle();
        }
        limits[2 * ModelBundle.PAGES] = lengths.domain();
        limits[2 * ModelBundle.PAGES + 1] = lengths.businessName();
        return limits;
    }

    private static EncodeQueue.Settings queueSettings(ModelSettings settings, boolean cuda) {
        int budget = settings.tokenBudget() > 0 ? settings.tokenBudget() : cuda ? CUDA_TOKEN_BUDGET : CPU_TOKEN_BUDGET;
        int threads = cuda
                ? 1
                : settings.threads() > 0
                        ? settings.threads()
                        : Runtime.getRuntime().availableProcessors();
        return new EncodeQueue.Settings(
                settings.queueSegments(), settings.lingerMillis(), budget, threads, settings.rememberedBytes());
    }

    private static OrtSession head(ModelBundle bundle) throws OrtException {
        Path file = bundle.file(ModelBundle.HEAD);
        OrtSession head;
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            head = OnnxEnvironment.get().createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new IllegalArgumentException(file + " cannot be read as an ONNX model: " + e.getMessage(), e);
        }
        try {
            checkWidth(
                    file,
                    "takes",
                    head.getInputInfo(),
                    bundle.features(),
                    "12 segments of hidden " + bundle.hidden() + " and 10 url extensions");
            checkWidth(file, "gives", head.getOutputInfo(), bundle.industries().size(), "the rows of industries.csv");
            return head;
        } catch (OrtException | RuntimeException e) {
            head.close();
            throw e;
        }
    }

    private static void checkWidth(Path file, String verb, Map<String, NodeInfo> nodes, int wanted, String because) {
        long found = -1;
        if (nodes.size() == 1
                && nodes.values().iterator().next().getInfo() instanceof TensorInfo tensor
                && tensor.getShape().length == 2) {
            found = tensor.getShape()[1];
        }
        if (found != wanted) {
            throw new IllegalArgumentException(file + " " + verb + " " + (found < 0 ? nodes.values() : found)
                    + " values where " + wanted + " are wanted, " + because + ": take all files from one export");
        }
    }

    private static float[] emptyVector(ModelBundle bundle, SegmentEncoder encoder, Tokens empty) {
        Path file = bundle.file(ModelBundle.ENCODER);
        float[] vector;
        try {
            vector = encoder.encode(List.of(empty))[0];
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    file + " cannot encode " + empty + ", the empty segment of the tokenizer: " + e.getMessage(), e);
        }
        if (vector.length != bundle.hidden()) {
            throw new IllegalArgumentException(file + " gives vectors of width " + vector.length
                    + " where model.json says hidden " + bundle.hidden() + ": take all files from one export");
        }
        return vector;
    }
}
