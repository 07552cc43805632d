package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tradewind.classify.IndustryModel;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.cluster.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to stop, as a pod is, while it opens a model. */
class StoppedWhileOpeningIT {
    private static final Path MODEL =
            Path.of("../operators/src/test/resources/dev/tradewind/classify/trained-bundle/fp32");
    private static final String OPENED = "opened";
    private static final long SLOW_TO_STOP_MILLIS = 1_000;
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @RepeatedTest(3)
    void endsAndDoesNotCrash(@TempDir Path folder) throws Exception {
        var said = folder.resolve("said");
        var process = Jvm.of(
                        OpensModels.class.getName(),
                        List.of("-Xmx256m"),
                        List.of(MODEL.toAbsolutePath().toString()),
                        said)
                .directory(folder.toFile())
                .start();
        try {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(said).content().contains(OPENED));

            Jvm.tellToEnd(process);

            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(ENDED_BY_SIGTERM);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Opens one model after the other, also while the process is stopping. */
    public static final class OpensModels {
        private OpensModels() {}

        public static void main(String[] args) throws Exception {
            Runtime.getRuntime().addShutdownHook(new Thread(OpensModels::stopSlowly));
            while (true) {
                IndustryModel.open(ModelSettings.of(args[0], "cpu"), 0).close();
                System.out.println(OPENED);
            }
        }

        private static void stopSlowly() {
            try {
                Thread.sleep(SLOW_TO_STOP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
