package dev.tradewind.observe;

import static dev.tradewind.Visits.NOON;
import static dev.tradewind.Visits.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.business.Business;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JoinVisitsTest {
    private KeyedTwoInputStreamOperatorTestHarness<String, Business, Observation, Observation> join;
    private int kept;

    @BeforeEach
    void open() throws Exception {
        join = harness();
        join.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(join.numKeyedStateEntries()).isEqualTo(kept);
        join.close();
    }

    @Test
    void answersEachSubmissionThatStandsAlone() throws Exception {
        submit("a", "1");
        observe("a", "1", true);
        submit("a", "2");
        observe("a", "2", true);

        assertThat(answered()).containsExactly("a@1", "a@2");
    }

    @Test
    void aSubmissionThatComesDuringAVisitJoinsIt() throws Exception {
        submit("a", "1");
        submit("a", "2");
        submit("b", "3");
        observe("a", "2", true);
        observe("a", "1", true);
        observe("b", "3", true);

        assertThat(answered()).containsExactly("a@2", "b@3");
    }

    @Test
    void anObservationMayComeBeforeItsSubmission() throws Exception {
        observe("a", "1", true);
        submit("a", "1");
        submit("a", "2");
        observe("a", "2", true);

        assertThat(answered()).containsExactly("a@1", "a@2");
    }

    @Test
    void aVisitThatWasCutShortIsNotAnsweredAgainWhenItsLastPagesCome() throws Exception {
        submit("a", "1");
        submit("a", "2");
        observe("a", "1", false);
        observe("a", "1", true);
        observe("a", "2", false);
        observe("a", "2", true);

        assertThat(answered()).containsExactly("a@1");
        kept = 1;
    }

    @Test
    void remembersWhoJoinedAcrossARestart() throws Exception {
        submit("a", "1");
        submit("a", "2");
        observe("a", "1", true);
        var snapshot = join.snapshot(1, 1);
        join.close();

        join = harness();
        join.initializeState(snapshot);
        join.open();
        observe("a", "2", true);

        assertThat(join.extractOutputValues()).isEmpty();
    }

    @Test
    void aMonthInASavepointForgetsNoVisitThatGoesOn() throws Exception {
        submit("a", "1");
        submit("a", "2");
        observe("a", "1", true);
        join.setStateTtlProcessingTime(Duration.ofDays(60).toMillis());
        observe("a", "2", true);

        assertThat(answered()).containsExactly("a@1");
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Business, Observation, Observation> harness()
            throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new JoinVisits()),
                Business::id,
                observation -> observation.business().id(),
                Types.STRING);
    }

    private static Business business(String id, String submission) {
        return new Business(id, null, id + ".com", id + "@" + submission, NOON);
    }

    private void submit(String id, String submission) throws Exception {
        join.processElement1(business(id, submission), 0);
    }

    private void observe(String id, String submission, boolean complete) throws Exception {
        var pages = List.of(page(1, "http://" + id + ".com/", 0, "read"));
        join.processElement2(new Observation(business(id, submission), pages, complete), 0);
    }

    private List<String> answered() {
        return join.extractOutputValues().stream()
                .map(observation -> observation.business().submission())
                .toList();
    }
}
