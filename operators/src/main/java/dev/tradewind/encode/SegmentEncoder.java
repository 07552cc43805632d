package dev.tradewind.encode;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An encoder graph in an ONNX Runtime session: token rows of one length in, one vector each out. On the CPU threads may
 * share it, each call runs in its caller; on CUDA one thread is to make all calls, for some releases of ONNX Runtime
 * leaked memory when threads changed.
 */
public final class SegmentEncoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentEncoder.class);
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";
    private static final Set<String> INPUTS = Set.of(IDS, MASK, TYPES);

    /** What to say where CUDA is wanted of a build that has none. */
    public static final String NOT_BUILT =
            "This build has no CUDA in it: build with mvn -P gpu package, or choose the device cpu";

    /** How the vectors of a segment's tokens become the segment's one. */
    public enum Pooling {
        /** The first token's, which is the begin mark's. */
        CLS,
        /** The mean of all tokens', marks included. */
        MEAN,
        /** The graph gives one vector per segment already. */
        NONE
    }

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String provider;
    private final String whyNotCuda;
    private final Set<String> inputs;
    private final String output;
    private final Pooling pooling;
    private final boolean normalize;

    private SegmentEncoder(Opened opened, String output, Pooling pooling, boolean normalize) {
        this.environment = opened.environment;
        this.session = opened.session;
        this.provider = opened.provider;
        this.whyNotCuda = opened.whyNotCuda;
        this.inputs = Set.copyOf(opened.session.getInputNames());
        this.output = output;
        this.pooling = pooling;
        this.normalize = normalize;
    }

    /**
     * Opens an encoder.
     *
     * @param model an ONNX file with {@code input_ids}, and where it likes {@code attention_mask} and {@code token_type_ids}
     * @param normalize whether vectors are to have length 1
     * @param gpu which CUDA device, where one is used
     * @throws IllegalArgumentException if the file is no such encoder
     * @throws IllegalStateException if {@code device} is CUDA and it cannot be had
     */
    public static SegmentEncoder open(Path model, Pooling pooling, boolean normalize, Device device, int gpu) {
        if (device == Device.CPU) {
            return fitting(model, cpuSession(model, null), pooling, normalize);
        }
        String why = NOT_BUILT;
        if (isBuiltWithCuda()) {
            try {
                return tried(fitting(model, cudaSession(model, gpu), pooling, normalize));
            } catch (OrtException e) {
                why = "CUDA device " + gpu + " cannot be used ("
                        + e.getMessage().strip().replaceAll("\\s+", " ")
                        + "): see with nvidia-smi that it is there and well, and install CUDA 12 and cuDNN 9, or choose the device cpu";
            }
        }
        if (device == Device.CUDA) {
            throw new IllegalStateException(why);
        }
        return fitting(model, cpuSession(model, why), pooling, normalize);
    }

    /** Closes the session where it does not fit. */
    private static SegmentEncoder fitting(Path model, Opened opened, Pooling pooling, boolean normalize) {
        try {
            return new SegmentEncoder(opened, fittingOutput(model, opened.session, pooling), pooling, normalize);
        } catch (OrtException | RuntimeException e) {
            closeQuietly(opened.session);
            throw e instanceof RuntimeException unchecked ? unchecked : unreadable(model, e);
        }
    }

    /** A device that a session opens on may yet be unable to run it: one that this CUDA has no kernels for, say. */
    private static SegmentEncoder tried(SegmentEncoder encoder) throws OrtException {
        try {
            encoder.encode(List.of(new Tokens(0, 0)));
            return encoder;
        } catch (OrtException e) {
            closeQuietly(encoder.session);
            throw e;
        }
    }

    /** What really runs: {@code cpu}, or {@code cuda:} and the device's number. */
    public String provider() {
        return provider;
    }

    public boolean onCuda() {
        return provider.startsWith("cuda");
    }

    /** What keeps an encoder that may have CUDA from it, and what to do, in one line; empty on CUDA and where the CPU was wanted. */
    public Optional<String> whyNotCuda() {
        return Optional.ofNullable(whyNotCuda);
    }

    /** Whether this build has CUDA in it. Says nothing of the machine. */
    public static boolean isBuiltWithCuda() {
        // The CPU build does not name CUDA. The GPU build does even on a machine without one.
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    /**
     * Encodes segments of one length, each as if it were alone.
     *
     * @return a vector for each row, in order
     * @throws OrtException if the runtime fails, for example at a token id that the graph does not know
     */
    public float[][] encode(List<Tokens> rows) throws OrtException {
        int length = rows.get(0).length();
        long[] shape = {rows.size(), length};
        LongBuffer ids = LongBuffer.allocate(rows.size() * length);
        for (Tokens row : rows) {
            if (row.length() != length) {
                throw new IllegalArgumentException(
                        "Rows of " + length + " and of " + row.length() + " tokens in one call");
            }
            for (int i = 0; i < length; i++) {
                ids.put(row.id(i));
            }
        }
        Map<String, OnnxTensor> feed = new HashMap<>();
        try {
            feed.put(IDS, OnnxTensor.createTensor(environment, ids.flip(), shape));
            if (inputs.contains(MASK)) {
                feed.put(MASK, constant(1, shape));
            }
            if (inputs.contains(TYPES)) {
                feed.put(TYPES, constant(0, shape));
            }
            try (OrtSession.Result result = session.run(feed, Set.of(output))) {
                return reduced(((OnnxTensor) result.get(0)).getFloatBuffer(), rows.size(), length);
            }
        } finally {
            feed.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }

    private OnnxTensor constant(long value, long[] shape) throws OrtException {
        var values = new long[(int) (shape[0] * shape[1])];
        Arrays.fill(values, value);
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    private float[][] reduced(FloatBuffer values, int rows, int length) {
        int vectorsPerRow = pooling == Pooling.NONE ? 1 : length;
        int pooled = pooling == Pooling.MEAN ? length : 1;
        int width = values.remaining() / (rows * vectorsPerRow);
        var vectors = new float[rows][width];
        for (int row = 0; row < rows; row++) {
            int start = row * vectorsPerRow * width;
            double squares = 0;
            var sums = new double[width];
            for (int i = 0; i < width; i++) {
                for (int token = 0; token < pooled; token++) {
                    sums[i] += values.get(start + token * width + i);
                }
                sums[i] /= pooled;
                squares += sums[i] * sums[i];
            }
            double scale = normalize && squares > 0 ? 1 / Math.sqrt(squares) : 1;
            for (int i = 0; i < width; i++) {
                vectors[row][i] = (float) (sums[i] * scale);
            }
        }
        return vectors;
    }

    private static String fittingOutput(Path model, OrtSession session, Pooling pooling) throws OrtException {
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            if (!INPUTS.contains(input.getKey())) {
                throw new IllegalArgumentException(model + " wants an input " + input.getKey() + "; known are " + IDS
                        + ", " + MASK + " and " + TYPES + ": export it with those");
            }
            if (!(input.getValue().getInfo() instanceof TensorInfo tensor)
                    || tensor.type != OnnxJavaType.INT64
                    || tensor.getShape().length != 2) {
                throw new IllegalArgumentException(model + " wants " + input.getKey() + " as "
                        + input.getValue().getInfo() + ": export it as int64 [n, tokens]");
            }
        }
        if (!session.getInputNames().contains(IDS)) {
            throw new IllegalArgumentException(model + " has no input " + IDS + ": export it with one");
        }
        int rank = pooling == Pooling.NONE ? 2 : 3;
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
            if (output.getValue().getInfo() instanceof TensorInfo tensor
                    && tensor.type == OnnxJavaType.FLOAT
                    && tensor.getShape().length == rank) {
                return output.getKey();
            }
        }
        throw new IllegalArgumentException(model + " has no float output of " + rank + " dimensions, as pooling "
                + pooling.name().toLowerCase(Locale.ROOT) + " wants; it has "
                + session.getOutputInfo().values());
    }

    private record Opened(OrtEnvironment environment, OrtSession session, String provider, String whyNotCuda) {}

    /** TF32 is off: with its ten bits a vector would depend on the kernel that a batch's size happens to choose. */
    private static Opened cudaSession(Path model, int gpu) throws OrtException {
        try (var options = new OrtSession.SessionOptions();
                var cuda = new OrtCUDAProviderOptions(gpu)) {
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
            options.setDeterministicCompute(true);
            quiet(options);
            OrtEnvironment environment = OnnxEnvironment.get();
            return new Opened(environment, environment.createSession(model.toString(), options), "cuda:" + gpu, null);
        }
    }

    private static Opened cpuSession(Path model, String whyNotCuda) {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            quiet(options);
            OrtEnvironment environment = OnnxEnvironment.get();
            return new Opened(environment, environment.createSession(model.toString(), options), "cpu", whyNotCuda);
        } catch (OrtException e) {
            throw unreadable(model, e);
        }
    }

    /** No thread burns a core while it waits, and no plan of memory is kept for each of hundreds of shapes. */
    private static void quiet(OrtSession.SessionOptions options) throws OrtException {
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        options.setMemoryPatternOptimization(false);
    }

    private static IllegalArgumentException unreadable(Path model, Exception e) {
        return new IllegalArgumentException(model + " cannot be read as an ONNX model: " + e.getMessage(), e);
    }

    private static void closeQuietly(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            LOG.warn("Closing a session failed", e);
        }
    }
}
