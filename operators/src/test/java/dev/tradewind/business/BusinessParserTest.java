package dev.tradewind.business;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BusinessParserTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final BusinessParser parser = new BusinessParser();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,name,url       | 7,Joe's,joes.com              | 7 | Joe's | joes.com",
                "URL, Name ,ID     | joes.com , Joe's , 7          | 7 | Joe's | joes.com",
                "id,url            | 7,https://joes.com/x          | 7 |       | https://joes.com/x",
                "id,name,url,extra | 7,\"Joe, \"\"the\"\" cook\",joes.com,1 | 7 | Joe, \"the\" cook | joes.com",
                "                  | {\"id\":7,\"name\":\"Joe's\",\"url\":\"joes.com\",\"x\":[1]} | 7 | Joe's | joes.com",
                "                  | {\"id\":\"7\",\"url\":\"joes.com\"} | 7 | | joes.com",
            })
    void readsCsvByItsHeaderAndJson(String header, String line, String id, String name, String url) throws Exception {
        var origin = Origin.ofFile("in", 2);
        assertThat(parser.parse(new SubmittedLine(line, header, origin, null), NOW))
                .isEqualTo(new Business(id, name, url, "in:2", NOW));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,name,url  | ,Joe's,joes.com            | no-id              | has no id",
                "id,name,url  | 7,Joe's                    | no-url             | has no url",
                "key,name,url | 7,Joe's,joes.com           | no-id              | no column 'id'; its columns are [key, name, url]",
                "id,name,site | 7,Joe's,joes.com           | no-url             | no column 'url'",
                "id,name,url  | 7,\"Joe's,joes.com         | not-csv            | not CSV",
                "id,name,url  | 7,Joe's,ftp://joes.com/    | unsupported-scheme | 'ftp://joes.com/' is no web site",
                "id,name,url  | 7,Joe's,javascript:alert(1) | unsupported-scheme | is no web site",
                "id,name,url  | 7,Joe's,http://            | bad-url            | is no web site",
                "             | joes.com                   | not-json           | not JSON",
                "             | {\"id\":7} {\"id\":8}   | not-json           | not JSON",
                "             | [7]                        | not-json           | not a JSON object",
                "             | {\"id\":{},\"url\":\"a.com\"} | no-id            | has no id",
                "             | {\"id\":7}                 | no-url             | has no url",
            })
    void saysWhyALineNamesNoBusiness(String header, String line, String reason, String detail) {
        var fault = faultOf(new SubmittedLine(line, header, Origin.ofFile("in", 2), null));
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault).hasMessageContaining(detail);
    }

    @Test
    void takesControlCharactersForBinary() {
        assertThat(faultOf(new SubmittedLine("7,\u0000\u0001PNG,joes.com", "id,name,url", Origin.ofFile("in", 2), null))
                        .reason())
                .isEqualTo(Fault.NOT_TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\u001b[31m", "a\\nb", "\\ud800", "a\\udc00\\ud800", "\\u0085"})
    void refusesAnIdOrAUrlThatIsNoText(String escaped) {
        var badId = "{\"id\":\"%s\",\"url\":\"joes.com\"}".formatted(escaped);
        var badUrl = "{\"id\":\"7\",\"url\":\"http://joes.com/%s/x\"}".formatted(escaped);
        for (var line : List.of(badId, badUrl)) {
            assertThat(faultOf(new SubmittedLine(line, null, Origin.ofTopic("t", 0, 1), null))
                            .reason())
                    .as(line)
                    .isEqualTo(Fault.NOT_TEXT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Joe\\u0000's\\r\\nDiner, Joe 's  Diner",
                "\\u001b[31mJoe, [31mJoe",
                "Joe\\ud800's\\udc00, Joe's",
                "Joe \\ud83e\\udd50, Joe \ud83e\udd50",
                "=cmd|' /C calc'!A0, =cmd|' /C calc'!A0",
            })
    void cleansNames(String escaped, String name) throws Exception {
        assertThat(named(escaped)).isEqualTo(name);
    }

    @Test
    void cutsNoCharacterOfALongNameInTwo() throws Exception {
        assertThat(named("x" + "\ud83e\udd50".repeat(500))).isEqualTo("x" + "\ud83e\udd50".repeat(299));
    }

    private static SubmittedLine json(String id, String name, String url) {
        var line = "{\"id\":\"%s\",\"name\":\"%s\",\"url\":\"%s\"}".formatted(id, name, url);
        return new SubmittedLine(line, null, Origin.ofFile("in", 2), null);
    }

    @Test
    void keepsARejectedLinePrintableAndShort() {
        var line =
                new SubmittedLine("\u0000\u001b[31m\ud800" + "x".repeat(5_000), null, Origin.ofTopic("t", 3, 9), null);
        var rejected = RejectedLine.of(line, "not-json", "detail\nwith a break", NOW);
        assertThat(rejected.line()).hasSize(2_000).startsWith("  [31m x");
        assertThat(rejected.detail()).isEqualTo("detail with a break");
        assertThat(rejected.origin()).hasToString("t-3@9");
    }

    private String named(String name) throws Exception {
        var line = "{\"id\":7,\"name\":\"%s\",\"url\":\"joes.com\"}".formatted(name);
        return parser.parse(new SubmittedLine(line, null, Origin.ofTopic("t", 0, 1), null), NOW)
                .name();
    }

    private BusinessParser.NoBusiness faultOf(SubmittedLine line) {
        return catchThrowableOfType(BusinessParser.NoBusiness.class, () -> parser.parse(line, NOW));
    }
}
