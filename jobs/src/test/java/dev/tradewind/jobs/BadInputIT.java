package dev.tradewind.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.classify.Prediction;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.SampleSites;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A folder of files in which nearly everything is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private Invocation run;
    private List<Prediction> predictions;
    private List<JsonNode> rejected;
    private List<String> written;

    @BeforeAll
    void classifyAll(@TempDir Path folder) throws IOException {
        try (var web = LoopbackWeb.start()) {
            SampleSites.serve(web);
            var sound = web.url("harbor-light-plumbing", "/");
            var input = Files.createDirectories(folder.resolve("_in"));
            var lines = new ByteArrayOutputStream();
            lines.writeBytes("id,name,url\n".getBytes(StandardCharsets.UTF_8));
            lines.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, ',', (byte) 0xff, '\n'});
            lines.writeBytes(("huge," + "x".repeat(3_000_000) + "," + sound + "\n").getBytes(StandardCharsets.UTF_8));
            lines.writeBytes(("twice,Harbor," + sound + "\ntwice,Harbor," + sound + "\n"
                            + "ftp,x,ftp://a.com/\njs,x,javascript:alert(1)\n"
                            + "lost,x,http://nosuch.invalid/\nclosed,x," + web.refusedUrl() + "\n"
                            + "private,x,http://10.0.0.1/\n"
                            + "quote,\"never closed," + sound + "\n"
                            + "\"a, b\",\"line\nbreak\"," + sound + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            Files.write(input.resolve("a.csv"), lines.toByteArray());
            Files.writeString(input.resolve("columns.csv"), "key,title,site\n1,x," + sound + "\n");
            Files.writeString(input.resolve("empty.csv"), "");
            Files.writeString(input.resolve("_hidden.csv"), "id,url\nhidden," + sound + "\n");
            Files.writeString(
                    input.resolve("b.jsonl"),
                    "{\"id\":\"json\",\"url\":\"" + sound + "\",\"unknown\":{\"a\":[1]}}\n[1,2]\n{\"id\":\n"
                            + "{\"id\":\"\\ud800\",\"url\":\"" + sound + "\"}\n"
                            + "{\"id\":\"a\\r\\nb\",\"url\":\"" + sound + "\"}\n"
                            + "{\"id\":\"half\",\"url\":\"" + sound + "\\udc00\"}\n"
                            + "{\"id\":\"=1+1\",\"name\":\"\\u001b[31m=cmd\\ud800\\n</script>\",\"url\":\"" + sound
                            + "\"}\n");
            run = Invocation.of(
                    "classify",
                    "--input=" + input,
                    "--output=" + folder.resolve("out"),
                    "--crawl.allow-addresses=127.0.0.0/8",
                    "--crawl.delay=5ms",
                    "--crawl.address-delay=0s",
                    "--checkpoint.interval=1s",
                    "--web-ui.port=0");
            predictions = Invocation.predictions(folder.resolve("out"));
            written = lines(folder.resolve("out"));
            rejected = Invocation.rejected(folder.resolve("out"));
        }
    }

    @Test
    void theJobEndsWell() {
        assertThat(run.code()).as(run.said()).isZero();
    }

    @Test
    void everyBusinessIsAnsweredOnceAndOneThatCameTwiceToo() {
        assertThat(predictions)
                .extracting(Prediction::id, Prediction::status, Prediction::reason)
                .containsExactlyInAnyOrder(
                        tuple("twice", "classified", null),
                        tuple("lost", "failed", "dns-failure"),
                        tuple("closed", "failed", "connection-refused"),
                        tuple("private", "failed", "blocked-address"),
                        tuple("a, b", "classified", null),
                        tuple("json", "classified", null),
                        tuple("=1+1", "classified", null));
    }

    @Test
    void whatIsWrittenIsTextOfWholeCharacters() {
        assertThat(predictions)
                .filteredOn(prediction -> prediction.id().equals("=1+1"))
                .extracting(Prediction::name)
                .containsExactly("[31m=cmd </script>");
        assertThat(written).isNotEmpty().allSatisfy(line -> {
            assertThat(line.codePoints()).noneMatch(c -> Character.isISOControl(c) && c != '\t');
            assertThat(line).doesNotContainPattern("(?<!\\\\)\\\\u(00[01]|[dD][89a-fA-F])");
        });
    }

    @Test
    void everyOtherLineIsRejectedWithItsPlaceAndCause() {
        assertThat(rejected)
                .extracting(
                        line -> Path.of(line.get("file").asText()).getFileName() + ":"
                                + line.get("line_number").asInt(),
                        line -> line.get("reason").asText())
                .containsExactlyInAnyOrder(
                        tuple("a.csv:2", "not-text"),
                        tuple("a.csv:3", "too-long"),
                        tuple("a.csv:6", "unsupported-scheme"),
                        tuple("a.csv:7", "unsupported-scheme"),
                        tuple("a.csv:11", "not-csv"),
                        tuple("columns.csv:1", "no-id"),
                        tuple("columns.csv:2", "no-id"),
                        tuple("b.jsonl:2", "not-json"),
                        tuple("b.jsonl:3", "not-json"),
                        tuple("b.jsonl:4", "not-text"),
                        tuple("b.jsonl:5", "not-text"),
                        tuple("b.jsonl:6", "not-text"));
        assertThat(rejected).allSatisfy(line -> {
            assertThat(line.get("line").asText()).hasSizeLessThanOrEqualTo(2_000);
            assertThat(line.get("detail").asText()).isNotBlank();
        });
    }

    /** All lines of JSON and of the log, which must be UTF-8. */
    private static List<String> lines(Path folder) throws IOException {
        var lines = new ArrayList<String>();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().endsWith(".jsonl") || file.toString().endsWith(".log")) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
        }
        return lines;
    }
}
