package dev.tradewind.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tradewind.classify.CutSegments;
import dev.tradewind.observe.Observation;
import dev.tradewind.shared.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

class ArchivedPageFuzzTest {

    /** @param input a line of an archive */
    @FuzzTest(maxExecutions = 50_000)
    void anyLineIsAPageThatCanBeObservedOrNone(byte[] input) throws JsonProcessingException {
        ArchivedPage archived;
        try {
            archived = ArchivedPage.read(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return;
        }

        assertThat(ArchivedPage.read(Json.MAPPER.writeValueAsString(archived))).isEqualTo(archived);
        var fetched = archived.fetched();
        var observation = new Observation(fetched.business(), List.of(fetched.page()), true);
        assertThat(CutSegments.of(observation).texts()).isNotEmpty();
    }
}
