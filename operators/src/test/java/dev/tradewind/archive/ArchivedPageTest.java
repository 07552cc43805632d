package dev.tradewind.archive;

import static dev.tradewind.Visits.business;
import static dev.tradewind.Visits.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.fetch.FetchedPage;
import dev.tradewind.observe.Observation;
import dev.tradewind.shared.Json;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivedPageTest {
    private final Observation observation = new Observation(
            business("a"),
            List.of(page(1, "http://a.com/x?y=1", 0, "read"), page(2, "http://a.com/b", 1, "http-404")),
            true);

    @Test
    void holdsWhatTheContractNamesAndWhatAReplayNeeds() throws JsonProcessingException {
        var json = Json.MAPPER.readTree(lines().get(1));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "business_url",
                        "submission",
                        "submitted_at",
                        "pages_due",
                        "order",
                        "url",
                        "rank",
                        "click_text",
                        "depth",
                        "title",
                        "http_status",
                        "outcome",
                        "bytes",
                        "millis",
                        "fetched_at",
                        "path",
                        "is_error");
        assertThat(json.get("path").asText()).isEqualTo("/b");
        assertThat(json.get("is_error").asBoolean()).isTrue();
        assertThat(json.get("fetched_at").asText()).isEqualTo("2026-01-02T12:00:00Z");
        assertThat(Json.MAPPER.readTree(lines().get(0)).get("text").asText()).isEqualTo("text of http://a.com/x?y=1");
    }

    @Test
    void isReadBackAsItWasFetched() throws JsonProcessingException {
        List<FetchedPage> back = new ArrayList<>();
        for (var line : lines()) {
            back.add(ArchivedPage.read(line).fetched());
        }
        assertThat(back).extracting(FetchedPage::page).isEqualTo(observation.pages());
        assertThat(back).extracting(FetchedPage::business).containsOnly(business("a"));
        assertThat(back).extracting(FetchedPage::due).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PNG", "null", "[]", "{}", "\"\"", "{\"pages_due\":1e99}", "LINE{}", "LINE LINE"})
    void aLineOfSomethingElseIsNoPage(String line) throws JsonProcessingException {
        var whole = lines().get(0);

        assertIsNoPage(line.replace("LINE", whole));
        assertIsNoPage(whole.substring(0, whole.length() / 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "submission",
                "submitted_at",
                "pages_due",
                "order",
                "url",
                "click_text",
                "title",
                "text",
                "outcome",
                "fetched_at",
            })
    void aLineThatHasLostAFieldIsNoPage(String field) throws JsonProcessingException {
        var line = lines().get(0);

        assertIsNoPage(line.replace("\"" + field + "\":", "\"lost\":"));
        assertIsNoPage(line.replaceFirst("}$", ",\"page\":null}"));
    }

    private static void assertIsNoPage(String line) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArchivedPage.read(line))
                .withMessageContaining("of a page");
    }

    private List<String> lines() throws JsonProcessingException {
        List<ArchivedPage> pages = new ArrayList<>();
        new ArchivePages().flatMap(observation, new ListCollector<>(pages));
        List<String> lines = new ArrayList<>();
        for (var page : pages) {
            lines.add(Json.MAPPER.writeValueAsString(page));
        }
        return lines;
    }
}
