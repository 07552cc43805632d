package dev.tradewind.business;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusinessLinesTest {

    @Test
    void tellsEachLineWithItsHeaderAndNumber() throws IOException {
        assertThat(lines("id,name,url\n1,A,a.com\n\n2,B,b.com\r\n"))
                .containsExactly(
                        new SubmittedLine("1,A,a.com", "id,name,url", Origin.ofFile("in.csv", 2), null),
                        new SubmittedLine("2,B,b.com", "id,name,url", Origin.ofFile("in.csv", 4), null));
    }

    @Test
    void takesAFileThatStartsWithABraceAsJsonLines() throws IOException {
        assertThat(lines("\uFEFF{\"id\":1}\nnot json\n"))
                .extracting(SubmittedLine::text, SubmittedLine::header)
                .containsExactly(tuple("{\"id\":1}", null), tuple("not json", null));
    }

    @Test
    void aBadFirstLineSpoilsNoLineButItself() throws IOException {
        assertThat(lines("[ {\"broken\": \n{\"id\":1}\n"))
                .extracting(SubmittedLine::text, SubmittedLine::header)
                .containsExactly(tuple("[ {\"broken\": ", null), tuple("{\"id\":1}", null));
        assertThat(lines("junk\n{\"id\":1}\n")).hasSize(2).allMatch(line -> line.header() == null);
        assertThat(lines("[{\"id\":1}]")).hasSize(1);
    }

    @Test
    void whereAllIsJsonBadFirstLinesAreNoHeader() throws IOException {
        var file = new ByteArrayInputStream("torn\nid,url\n\n{\"id\":1}".getBytes(StandardCharsets.UTF_8));
        try (var lines = BusinessLines.ofJson(file, "in.jsonl")) {
            assertThat(List.of(lines.next(), lines.next(), lines.next()))
                    .allMatch(line -> line.header() == null)
                    .extracting(line -> line.origin().lineNumber())
                    .containsExactly(1L, 2L, 4L);
            assertThat(lines.next()).isNull();
        }
    }

    @Test
    void aFirstLineThatIsNoHeaderIsARecordToo() throws IOException {
        assertThat(lines("1,A,a.com\n2,B,b.com\n"))
                .extracting(SubmittedLine::text, SubmittedLine::header)
                .containsExactly(tuple("1,A,a.com", "1,A,a.com"), tuple("2,B,b.com", "1,A,a.com"));
    }

    @Test
    void joinsTheLinesOfAQuotedField() throws IOException {
        assertThat(lines("id,name,url\n1,\"A\nB \"\"C\"\"\",a.com\n2,B,b.com\n"))
                .extracting(SubmittedLine::text)
                .containsExactly("1,\"A\nB \"\"C\"\"\",a.com", "2,B,b.com");
    }

    @Test
    void losesOneLineAtMostToAQuoteThatIsNeverClosed() throws IOException {
        var file = new StringBuilder("id,name,url\n1,\"A,a.com\n");
        for (int i = 2; i < 60; i++) {
            file.append(i).append(",B,b.com\n");
        }
        var lines = lines(file.toString());
        assertThat(lines).hasSize(59);
        assertThat(lines.get(0).text()).isEqualTo("1,\"A,a.com");
        assertThat(lines.get(1))
                .isEqualTo(new SubmittedLine("2,B,b.com", "id,name,url", Origin.ofFile("in.csv", 3), null));
    }

    @Test
    void aQuoteThatIsNeverClosedDoesNotSpoilTheQuotedFieldsAfterIt() throws IOException {
        assertThat(lines("id,name,url\n1,\"A,a.com\n\"2\",\"B\nC\",b.com\n"))
                .extracting(SubmittedLine::text)
                .containsExactly("1,\"A,a.com", "\"2\",\"B\nC\",b.com");
    }

    @Test
    void takesAQuoteInsideAFieldAsItStands() throws IOException {
        assertThat(lines("id,name,url\n1,5\" pipes,a.com\n2,B,b.com\n")).hasSize(2);
    }

    @Test
    void cutsARecordOfMegabytesAndGoesOnAfterIt() throws IOException {
        var lines = lines("id,name,url\n1," + "x".repeat(3_000_000) + ",a.com\n2,B,b.com");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).fault()).isEqualTo(Fault.TOO_LONG);
        assertThat(lines.get(0).text()).hasSize(BusinessLines.MAX_RECORD);
        assertThat(lines.get(1).text()).isEqualTo("2,B,b.com");
    }

    @Test
    void findsNothingInAnEmptyFileOrUnderAHeaderAlone() throws IOException {
        assertThat(lines("")).isEmpty();
        assertThat(lines("id,name,url\n")).isEmpty();
    }

    private static List<SubmittedLine> lines(String file) throws IOException {
        List<SubmittedLine> found = new ArrayList<>();
        try (var lines = new BusinessLines(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), "in.csv")) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                found.add(line);
            }
        }
        return found;
    }
}
