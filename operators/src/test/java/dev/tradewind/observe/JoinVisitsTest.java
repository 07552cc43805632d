package dev.tradewind.observe;

import static dev.tradewind.Visits.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.Backend;
import dev.tradewind.business.Business;
import dev.tradewind.fetch.Page;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class JoinVisitsTest {
    @Parameter
    Backend backend;

    private KeyedOneInputStreamOperatorTestHarness<String, Observation, Observation> join;

    @BeforeEach
    void open() throws Exception {
        join = harness();
        join.open();
    }

    @AfterEach
    void close() throws Exception {
        join.close();
    }

    @Test
    void aSubmissionThatComesDuringAVisitJoinsIt() throws Exception {
        observe("a", 1, 10, 20);
        observe("a", 2, 15, 30);
        observe("b", 3, 15, 30);

        assertThat(answered()).containsExactly("a@1", "b@3");
    }

    @Test
    void itDoesNotMatterWhichOfThemIsSeenFirst() throws Exception {
        observe("a", 2, 15, 30);
        observe("a", 1, 10, 20);

        assertThat(answered()).containsExactly("a@2");
    }

    @Test
    void aSubmissionAfterAVisitIsANewOne() throws Exception {
        observe("a", 1, 10, 20);
        observe("a", 2, 21, 30);
        observe("a", 3, 31, 31);

        assertThat(answered()).containsExactly("a@1", "a@2", "a@3");
    }

    @Test
    void aVisitThatTheBackstopEndedIsNotAnsweredAgainWhenItsLastPagesCome() throws Exception {
        observe("a", 1, 10, 20);
        observe("a", 1, 10, 40);

        assertThat(answered()).containsExactly("a@1");
    }

    @Test
    void remembersWhoWasAnsweredAcrossARestartAndSomeDaysInASavepoint() throws Exception {
        observe("a", 1, 10, 20);
        var snapshot = join.snapshot(1, 1);
        join.close();

        join = harness();
        join.initializeState(snapshot);
        join.open();
        join.setStateTtlProcessingTime(Duration.ofDays(6).toMillis());
        observe("a", 2, 15, 30);

        assertThat(answered()).isEmpty();
    }

    @Test
    void goesOnFromASavepointInTheOtherBackend() throws Exception {
        observe("a", 1, 10, 20);
        var savepoint = Backend.savepoint(join);
        join.close();

        join = harness();
        backend.other().useIn(join);
        join.initializeState(savepoint);
        join.open();
        observe("a", 2, 15, 30);

        assertThat(answered()).isEmpty();
    }

    @Test
    void forgetsAnIdInTheEnd() throws Exception {
        observe("a", 1, 10, 20);
        join.setStateTtlProcessingTime(Duration.ofDays(8).toMillis());
        join.snapshot(1, 1);
        observe("a", 2, 15, 30);

        assertThat(answered()).containsExactly("a@1", "a@2");
    }

    private KeyedOneInputStreamOperatorTestHarness<String, Observation, Observation> harness() throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<String, Observation, Observation>(
                new KeyedProcessOperator<>(new JoinVisits()),
                observation -> observation.business().id(),
                Types.STRING);
        backend.useIn(harness);
        return harness;
    }

    /** @param submitted when, in seconds after noon; the visit's last page came at {@code ended} */
    private void observe(String id, int submission, int submitted, int ended) throws Exception {
        var business = new Business(id, null, id + ".com", id + "@" + submission, NOON.plusSeconds(submitted));
        var page = new Page(1, "http://" + id + ".com/", 0, "", 0, "", "", 200, "read", 0, 0, NOON.plusSeconds(ended));
        join.processElement(new Observation(business, List.of(page), true), 0);
    }

    private List<String> answered() {
        return join.extractOutputValues().stream()
                .map(observation -> observation.business().submission())
                .toList();
    }
}
