package dev.tradewind.business;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.shared.Json;
import dev.tradewind.url.CanonicalUrl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class BusinessLinesFuzzTest {
    private final BusinessParser parser = new BusinessParser();

    /** @param input a file of CSV or JSON Lines */
    @FuzzTest(maxExecutions = 50_000)
    void everyLineIsInOneRecordAndEveryRecordIsABusinessOrARejectedLine(byte[] input) throws IOException {
        List<SubmittedLine> records = new ArrayList<>();
        try (var lines = new BusinessLines(new ByteArrayInputStream(input), "in.csv")) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                records.add(line);
            }
        }

        var text = new String(input, StandardCharsets.UTF_8);
        var given = linesOf(text.startsWith("\ufeff") ? text.substring(1) : text);
        var found = records.stream()
                .flatMap(record -> linesOf(record.text()).stream())
                .toList();
        assertThat(found).isIn(given, given.subList(Math.min(1, given.size()), given.size()));
        assertThat(records)
                .extracting(record -> record.origin().lineNumber())
                .isSorted()
                .doesNotHaveDuplicates();
        for (var record : records) {
            check(record);
        }
    }

    private static List<String> linesOf(String text) {
        return Stream.of(text.split("\n"))
                .map(line -> line.replaceAll("\r+$", ""))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private void check(SubmittedLine line) throws JsonProcessingException {
        Object answer;
        try {
            var business = parser.parse(line, Instant.EPOCH);
            assertThat(business.id()).isNotBlank();
            assertThat(CanonicalUrl.home(business.url()).url()).isNotNull();
            assertThat(business.id() + business.name() + business.url()).doesNotContainPattern("[\\p{Cc}\\p{Cs}]");
            answer = business;
        } catch (BusinessParser.NoBusiness e) {
            answer = RejectedLine.of(line, e.reason(), e.getMessage(), Instant.EPOCH);
        }
        var json = new String(Json.MAPPER.writeValueAsBytes(answer), StandardCharsets.UTF_8);
        assertThat(Json.MAPPER.readValue(json, answer.getClass())).isEqualTo(answer);
    }
}
