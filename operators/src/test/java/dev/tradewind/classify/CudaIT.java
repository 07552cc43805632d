package dev.tradewind.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.encode.Device;
import dev.tradewind.encode.SegmentEncoder;
import dev.tradewind.encode.SegmentTokenizer;
import dev.tradewind.encode.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A model on CUDA beside the same on the CPU. Skipped, with what is missing, where there is none; the CPU runs the same with a
 * tiny model, so that the test itself is known to be good. On a machine with a GPU:
 *
 * <pre>mvn -P gpu -pl operators -am verify -Dtest=none -Dit.test=CudaIT [-Dcuda.bundle=FOLDER -Dcuda.tolerance=0.02]</pre>
 *
 * The bundle is the embedded one unless another is named; the tolerance, in probability, fits fp32, and 0.02 is for fp16.
 */
class CudaIT {
    private static final int BATCHES = 10_000;
    private static final int WARM_UP = 3_000;
    private static final int EVERY = 500;
    private static final int LONGEST = 256;
    private static final long NOISE_MIB = 24;

    /** What is held: by this process, and by all on the GPU. */
    private record Memory(int batches, long processMib, long gpuMib) {}

    @ParameterizedTest
    @EnumSource(names = {"CPU", "CUDA"})
    void predictionsDoNotDependOnTheDevice(Device device) throws Exception {
        String location = location(device);
        var sites = new ArrayList<>(ParityCases.sites("/dev/tradewind/classify/parity.json"));
        sites.addAll(ParityCases.random(30, 400, new Random(5)));

        List<double[]> found = probabilities(settings(location, device), sites);
        List<double[]> expected = probabilities(new ModelSettings(location, "cpu", 4_096, 0, 1, 1, 0), sites);

        double tolerance = Double.parseDouble(System.getProperty("cuda.tolerance", "0.001"));
        for (int i = 0; i < sites.size(); i++) {
            assertThat(found.get(i)).as("site %d", i).containsExactly(expected.get(i), within(tolerance));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CPU", "CUDA"})
    void memoryStaysFlatOverManyBatchesOfMixedLengths(Device device) throws Exception {
        List<Memory> held = new ArrayList<>();
        try (SegmentEncoder encoder = encoder(device)) {
            var batches = new Batches(device == Device.CUDA ? 16_384 : 1_024, words(device));
            encoder.encode(batches.of(LONGEST));
            for (int i = 1; i <= BATCHES; i++) {
                encoder.encode(batches.next());
                if (i >= WARM_UP && i % EVERY == 0) {
                    held.add(held(i, device));
                }
            }
        }

        held.forEach(System.out::println);
        assertThat(growth(held, Memory::processMib))
                .as("MiB of the process: %s", held)
                .isLessThan(NOISE_MIB);
        assertThat(growth(held, Memory::gpuMib)).as("MiB of the GPU: %s", held).isLessThan(NOISE_MIB);
    }

    /** Batches as the queue makes them: segments of one length, short and long, at most {@code budget} tokens together. */
    private static final class Batches {
        private final Random random = new Random(7);
        private final int budget;
        private final Tokens words;

        Batches(int budget, Tokens words) {
            this.budget = budget;
            this.words = words;
        }

        List<Tokens> next() {
            return of(2 + random.nextInt(random.nextBoolean() ? 15 : LONGEST - 1));
        }

        List<Tokens> of(int length) {
            return IntStream.rangeClosed(0, random.nextInt(budget / length))
                    .mapToObj(row -> new Tokens(IntStream.range(0, length)
                            .map(token -> words.id(random.nextInt(words.length())))
                            .toArray()))
                    .toList();
        }
    }

    private static String location(Device device) throws Exception {
        if (device == Device.CUDA) {
            return System.getProperty("cuda.bundle", ModelBundle.EMBEDDED);
        }
        return Path.of(CudaIT.class
                        .getResource("/dev/tradewind/classify/trained-bundle/fp32/model.json")
                        .toURI())
                .getParent()
                .toString();
    }

    private static ModelSettings settings(String location, Device device) {
        return new ModelSettings(location, device.name().toLowerCase(Locale.ROOT), 4_096, 20, 16_384, 1, 0);
    }

    private static List<double[]> probabilities(ModelSettings settings, List<Segments> sites) throws Exception {
        try (IndustryModel model = IndustryModel.open(settings, 0)) {
            var judgements = new ArrayList<CompletableFuture<Judgement>>();
            for (Segments site : sites) {
                judgements.add(model.judge(site));
            }
            return judgements.stream()
                    .map(judgement -> judgement.join().probabilities())
                    .toList();
        } catch (IllegalStateException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    private static SegmentEncoder encoder(Device device) throws Exception {
        ModelBundle bundle = ModelBundle.open(location(device));
        try {
            return SegmentEncoder.open(
                    bundle.file(ModelBundle.ENCODER), bundle.pooling(), bundle.normalize(), device, 0);
        } catch (IllegalStateException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    /** Some that the model knows. */
    private static Tokens words(Device device) throws Exception {
        ModelBundle bundle = ModelBundle.open(location(device));
        String text = ParityCases.random(1, 400, new Random(3)).get(0).texts().stream()
                .map(Segments.Segment::text)
                .collect(Collectors.joining(" "));
        try (var tokenizer = SegmentTokenizer.open(bundle.file(ModelBundle.TOKENIZER), LONGEST)) {
            return tokenizer.tokens(List.of(text), LONGEST).get(0);
        }
    }

    private static Memory held(int batches, Device device) throws IOException {
        System.gc();
        long process = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .sum();
        return new Memory(batches, process, device == Device.CUDA ? heldOnTheGpu() : 0);
    }

    private static long heldOnTheGpu() throws IOException {
        var asked = new ProcessBuilder(
                        "nvidia-smi", "--id=0", "--query-gpu=memory.used", "--format=csv,noheader,nounits")
                .start();
        return Long.parseLong(new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    }

    /** From the first half to the last, by their medians. */
    private static long growth(List<Memory> held, ToLongFunction<Memory> memory) {
        int half = held.size() / 2;
        return median(held.subList(held.size() - half, held.size()), memory) - median(held.subList(0, half), memory);
    }

    private static long median(List<Memory> held, ToLongFunction<Memory> memory) {
        return held.stream().mapToLong(memory).sorted().toArray()[held.size() / 2];
    }
}
