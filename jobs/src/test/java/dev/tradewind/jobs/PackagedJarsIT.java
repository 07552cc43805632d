package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.apache.flink.metrics.prometheus.PrometheusReporterFactory;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two jars as users have them, in processes of their own. */
class PackagedJarsIT {
    private static final Path TARGET = Path.of("target");

    @Test
    void theSelfContainedJarRunsTheDemoAndExitsWithZero(@TempDir Path folder) throws Exception {
        var demo = java(folder, "demo", "--output=" + folder.resolve("out"), "--web-ui.port=-1");

        assertThat(demo.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(folder.resolve("said.txt")).content().contains("14 answered", "report.html");
        assertThat(demo.exitValue()).isZero();
        assertThat(folder.resolve("out/report.html")).exists();
        assertThat(folder.resolve("out/tradewind.log")).isNotEmptyFile();
    }

    @Test
    void wrongUseExitsWithTwo(@TempDir Path folder) throws Exception {
        var wrong = java(folder, "classify", "--input=" + folder.resolve("none.csv"));

        assertThat(wrong.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(wrong.exitValue()).isEqualTo(2);
        assertThat(folder.resolve("said.txt")).content().hasLineCount(1).contains("does not exist");
    }

    @Test
    void theJarForAClusterHasTheJobButNeitherFlinkNorABrokerNorLogging() throws IOException {
        try (var jar = new JarFile(TARGET.resolve("tradewind-job.jar").toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                    .isEqualTo(Tradewind.class.getName());
            assertThat(names(jar))
                    .contains(
                            "dev/tradewind/jobs/Tradewind.class",
                            "dev/tradewind/fetch/FetchPage.class",
                            "dev/tradewind/model/encoder.onnx",
                            "lib/linux-x86_64/libbrotli.so",
                            "lib/linux-aarch64/libbrotli.so",
                            "org/apache/flink/connector/kafka/source/KafkaSource.class",
                            "picocli/CommandLine.class")
                    .noneMatch(name -> name.startsWith("org/apache/flink/runtime/")
                            || name.startsWith("org/apache/flink/streaming/api/")
                            || name.startsWith("org/apache/flink/connector/file/")
                            || name.startsWith("org/apache/flink/metrics/")
                            || name.startsWith("org/slf4j/")
                            || name.startsWith("org/apache/logging/")
                            || name.startsWith("log4j2")
                            || name.startsWith("kafka/server/")
                            || name.startsWith("scala/"));
        }
    }

    @Test
    void theSelfContainedJarHasTheReporterForPrometheus() throws IOException {
        try (var jar = new JarFile(TARGET.resolve("tradewind.jar").toFile())) {
            var factories = jar.getEntry("META-INF/services/" + MetricReporterFactory.class.getName());

            assertThat(new String(jar.getInputStream(factories).readAllBytes(), StandardCharsets.UTF_8))
                    .contains(PrometheusReporterFactory.class.getName());
            assertThat(names(jar))
                    .contains(PrometheusReporterFactory.class.getName().replace('.', '/') + ".class");
        }
    }

    private static List<String> names(JarFile jar) {
        return jar.stream().map(entry -> entry.getName()).toList();
    }

    private static Process java(Path folder, String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-jar",
                TARGET.resolve("tradewind.jar").toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start();
    }
}
