package dev.tradewind.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tradewind.shared.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

    @TempDir
    Path folder;

    @Test
    void readsFinishedPartsInNestedFoldersAndPassesOverTheOthers() throws IOException {
        var run = new WrittenRun(folder)
                .predictions("2026-11-22--09/part-0-0", List.of(WrittenRun.classified("a", "A", "http://a.example/")))
                .predictions("2026-11-22--10/part-1-0", List.of(WrittenRun.classified("b", "B", "http://b.example/")))
                .predictions(".part-0-1.inprogress", List.of(WrittenRun.classified("c", "C", "http://c.example/")))
                .predictions("_done/part-0-0", List.of(WrittenRun.classified("d", "D", "http://d.example/")));

        assertThat(ids(run.report())).containsExactly("a", "b");
    }

    @Test
    void isWrittenForARunThatLeftNothing() throws IOException {
        var report = new WrittenRun(folder).report();

        assertThat(ids(report)).isEmpty();
        assertThat(data(report, "rejected")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "</script><script>alert(1)</script>",
                "<!--<script>",
                "-->]]>&amp;&lt;",
                "line\u2028and\u2029ends",
                "\"quoted\\\" \u0000\u0007",
                "cut in the middle of \ud83d",
                "whole \ud83d\ude00"
            })
    void keepsHostileTextInsideItsElement(String text) throws IOException {
        var harmless = elements(new WrittenRun(folder.resolve("harmless"))
                .predictions("part-0-0", List.of(WrittenRun.classified("x", "X", "http://x.example/")))
                .report());

        var report = new WrittenRun(folder)
                .predictions("part-0-0", List.of(WrittenRun.classified("x", text, "http://x.example/")))
                .report();

        assertThat(elements(report)).isEqualTo(harmless);
        assertThat(data(report, "businesses").get(0).get(1).textValue()).isEqualTo(text);
        assertThat(Files.readString(report)).doesNotContain("\u2028", "\u2029", "<!--");
    }

    @Test
    void namesFileAndLineOfWhatIsNoPredictionAndLeavesTheFormerReport() throws IOException {
        var run = new WrittenRun(folder)
                .predictions("part-0-0", List.of(WrittenRun.classified("a", "A", "http://a.example/")));
        var former = Files.readString(run.report());
        Files.writeString(run.predictions().resolve("part-0-1"), "\n{\"id\": \n");

        assertThatThrownBy(run::report).isInstanceOf(IOException.class).hasMessageContaining("part-0-1:2");
        assertThat(folder.resolve("report.html")).hasContent(former);
        assertThat(folder).isDirectoryNotContaining("glob:**/.report.html");
    }

    @Test
    void saysHowManyBusinessesThereWereWhenItListsNotAll() throws IOException {
        var one = WrittenRun.classified("a", "A", "http://a.example/");
        var report = new WrittenRun(folder)
                .predictions("part-0-0", Collections.nCopies(Report.MOST_BUSINESSES + 3, one))
                .report();

        assertThat(ids(report)).hasSize(Report.MOST_BUSINESSES);
        assertThat(data(report, "run").get(3).intValue()).isEqualTo(Report.MOST_BUSINESSES + 3);
    }

    @Test
    void shortensRejectedLines() throws IOException {
        var report = new WrittenRun(folder)
                .rejected(List.of(WrittenRun.rejectedLine("x".repeat(2_000), 7)))
                .report();

        var line = data(report, "rejected").get(0);
        assertThat(line.get(0).textValue()).hasSizeLessThan(400).endsWith("…");
        assertThat(line.get(1).textValue()).isEqualTo("businesses.csv:7");
    }

    @Test
    void asksForNothingOutsideItself() throws IOException {
        var report = Files.readString(new WrittenRun(folder).report());

        assertThat(report).doesNotContain("${data", "${script").contains("default-src 'none'", "'sha256-");
        assertThat(Pattern.compile("(?:src|href)=\"(?!data:)").matcher(report).find())
                .isFalse();
    }

    private static List<String> ids(Path report) throws IOException {
        return data(report, "businesses").stream()
                .map(business -> business.get(0).textValue())
                .toList();
    }

    /** The records in the data elements of this name. */
    private static List<JsonNode> data(Path report, String name) throws IOException {
        var element = Pattern.compile("<script type=\"application/json\" data-of=\"" + name + "\">(.*?)</script>");
        var records = new ArrayList<JsonNode>();
        var found = element.matcher(Files.readString(report));
        while (found.find()) {
            Json.MAPPER.readTree(found.group(1)).forEach(records::add);
        }
        return records;
    }

    /** How many tags and comments there are. */
    private static long elements(Path report) throws IOException {
        return Pattern.compile("<[a-zA-Z/!]")
                .matcher(Files.readString(report))
                .results()
                .count();
    }
}
