package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tradewind.encode.SegmentEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writeAnInput() throws IOException {
        Files.writeString(folder.resolve("in.csv"), "id,name,url\n");
        Files.createDirectories(folder.resolve("broken-model"));
        Files.createDirectories(folder.resolve("no-archive"));
        Files.createDirectories(folder.resolve("used/predictions"));
        Files.writeString(folder.resolve("used/predictions/part.jsonl"), "{}\n");
        Files.writeString(folder.resolve("wrong.yaml"), "crawl:\n  pagez: 3\n");
        Files.writeString(folder.resolve("broken.yaml"), "crawl: [\n");
        Files.writeString(folder.resolve("bad.properties"), "crawl.pages=many\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify --inputt @/in.csv                                 | 2 | Unknown option",
                "clasify                                                    | 2 | clasify",
                "classify --output @/out                                    | 2 | --input is missing: name a CSV",
                "classify --input @/in.csv                                  | 2 | --output is missing: name a folder",
                "classify --input @/none.csv --output @/out                 | 2 | @/none.csv does not exist",
                "classify --input @/in.csv --output @/used                  | 2 | already holds 'predictions' of another run",
                "classify --input @/in.csv --output @/out --crawl.pages x   | 2 | --crawl.pages",
                "classify --input @/in.csv --output @/out --crawl.pages 0   | 2 | pages must be from 1 to 20, not 0",
                "classify --input @/in.csv --output @/out --crawl.delay 1x  | 2 | --crawl.delay",
                "classify --input @/in.csv --output @/out --crawl.proxy x   | 2 | proxy must be host:port, not x",
                "classify --input @/in.csv --output @/out --crawl.allow-addresses 10.0.0.0/99 | 2 | 10.0.0.0/99",
                "classify --input @/in.csv --output @/out --crawl.link-ranks about | 2 | 'about' is no link rank",
                "classify --input @/in.csv --output @/out --source file     | 2 | --source",
                "classify --input @/in.csv --output @/out --sink kafka      | 2 | --sink kafka needs --kafka.bootstrap-servers",
                "classify --output @/out --source kafka                     | 2 | --source kafka needs --kafka.bootstrap-servers",
                "classify --input @/no-archive --output @/out --source archive | 2 | is no archive: it has no folder 'pages'",
                "classify --input @/in.csv --output @/out --model @/none    | 2 | @/none is no folder",
                "classify --input @/in.csv --output @/out --model.device tpu | 2 | --model.device",
                "classify --input @/in.csv --output @/out --model.gpus 0    | 2 | --model.gpus must be at least 1, not 0",
                "classify --input @/in.csv --output @/out --model.gpus 2 --model.device cpu | 2 | --model.gpus 2 asks for GPUs",
                "classify --input @/in.csv --output @/out --model @/broken-model | 1 | model.json",
                "classify --input @/in.csv --output @/out --config @/wrong.yaml | 2 | unknown option 'crawl.pagez' in @/wrong.yaml",
                "classify --input @/in.csv --output @/out --config @/broken.yaml | 2 | cannot read the options in @/broken.yaml",
                "classify --input @/in.csv --output @/out --config @/none.yaml | 2 | cannot read the options in @/none.yaml",
                "classify --input @/in.csv --output @/out --config @/bad.properties | 2 | --crawl.pages",
                "classify --input @/in.csv --output @/out --parallelism 0   | 2 | --parallelism must be at least 1, not 0",
                "classify --input @/in.csv --output @/out --checkpoint.interval 1ms | 2 | --checkpoint.interval must be at least",
                "classify --input @/in.csv --output @/out --web-ui.port 99999 | 2 | --web-ui.port must be from -1 to 65535",
                "classify --input @/in.csv --output @/out --crawl.sites-in-flight 0 | 2 | --crawl.sites-in-flight must be",
                "crawl --input @/in.csv                                     | 2 | --output is missing",
                "crawl --source archive --input @/used --output @/out       | 2 | has no folder 'pages'",
                "demo --output @                                            | 2 | holds something else",
                "cluster --output @                                         | 2 | holds something else",
                "cluster --output @/in.csv                                  | 2 | @/in.csv is no folder",
                "cluster --output @/out --web-ui.port -1                    | 2 | --web-ui.port must be from 0 to 65535",
                "cluster --output @/out --rate 0                            | 2 | --rate must be above 0",
                "cluster --output @/out --task-managers 0                   | 2 | --task-managers must be at least 1",
                "cluster --output @/out --businesses 0                      | 2 | --businesses must be at least 1",
            })
    void saysInOneLineWhatIsWrong(String args, int code, String said) {
        var invocation = Invocation.of(args.replace("@", folder.toString()).split(" +"));

        assertThat(invocation.said()).contains(said.replace("@", folder.toString()));
        assertThat(invocation.said().strip().lines()).hasSize(1);
        assertThat(invocation.code()).isEqualTo(code);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void saysAtOnceThatTheBuildHasNoCuda() {
        assumeFalse(SegmentEncoder.isBuiltWithCuda(), "it has");
        saysInOneLineWhatIsWrong(
                "classify --input @/in.csv --output @/out --model.device cuda", 2, "build with mvn -P gpu package");
    }

    @Test
    void aClusterSaysThatThePortOfItsWebUiIsInUse() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var invocation = Invocation.of(
                    "cluster", "--output=" + folder.resolve("out"), "--web-ui.port=" + other.getLocalPort());

            assertThat(invocation.code()).isEqualTo(1);
            assertThat(invocation.said().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("--web-ui.port 0");
            assertThat(folder.resolve("out")).doesNotExist();
        }
    }

    @Test
    void pairsCanStandInAFileToo() throws IOException {
        Files.writeString(
                folder.resolve("job.yaml"),
                "source: kafka\nsink: kafka\nkafka:\n  bootstrap-servers: localhost:1\n  property:\n"
                        + "    security.protocol: none-such\n");
        var invocation =
                Invocation.of("classify", "--config", folder.resolve("job.yaml").toString());

        assertThat(invocation.code()).as(invocation.said()).isEqualTo(1);
        assertThat(invocation.said()).contains("localhost:1", "none-such");
    }

    @Test
    void helpNamesEveryOptionOfTheContractWithItsDefault() {
        var help = Invocation.of("classify", "--help");

        assertThat(help.code()).isZero();
        assertThat(help.said())
                .contains(
                        "--source",
                        "--sink",
                        "--input",
                        "--output",
                        "--follow",
                        "--crawl.proxy",
                        "--crawl.allow-addresses",
                        "--crawl.pages",
                        "--crawl.delay",
                        "--crawl.per-host",
                        "--crawl.deadline",
                        "--crawl.site-deadline",
                        "--crawl.max-bytes",
                        "--model",
                        "--model.device",
                        "--web-ui.port",
                        "--parallelism",
                        "--kafka.bootstrap-servers",
                        "--kafka.businesses",
                        "--kafka.predictions",
                        "Default: 5",
                        "Default: 8081",
                        "Default: 15s");
    }
}
