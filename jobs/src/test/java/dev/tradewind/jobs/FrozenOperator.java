package dev.tradewind.jobs;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tradewind.classify.ModelSettings;
import dev.tradewind.fetch.CrawlSettings;
import dev.tradewind.fetch.CrawlSettings.Politeness;
import dev.tradewind.fetch.CrawlSettings.Reach;
import dev.tradewind.fetch.RestingHost;
import dev.tradewind.jobs.OperatorsOfTheGraph.Harness;
import dev.tradewind.plan.PlanInternalPages;
import dev.tradewind.shared.Json;
import dev.tradewind.testdata.LoopbackWeb;
import dev.tradewind.testdata.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * A stateful operator that is snapshotted in the middle of two visits: what it is given before, and what after it was restored. What
 * then comes out must be the same in every later version, so the steps of an operator are not changed once they are frozen.
 */
enum FrozenOperator {
    FETCH_HOME_PAGE(Varying.FETCHED, (operator, web) -> askABusyHost(operator, web, 0), Harness::endInput),
    FETCH_INTERNAL_PAGE(Varying.FETCHED, (operator, web) -> askABusyHost(operator, web, 1), Harness::endInput),
    FETCH_SECOND_CLICK(Varying.FETCHED, (operator, web) -> askABusyHost(operator, web, 2), Harness::endInput),
    PLAN_INTERNAL_PAGES(
            Varying.NOTHING, (operator, web) -> offerHalfARound(operator), FrozenOperator::offerTheOtherHalf),
    PLAN_SECOND_CLICK(Varying.NOTHING, (operator, web) -> offerHalfARound(operator), FrozenOperator::offerTheOtherHalf),
    OBSERVE_SITE(
            Varying.NOTHING,
            (operator, web) -> {
                offer(operator, MadeUp.page("a", 1, "/", 0));
                offer(operator, MadeUp.page("a", 2, "/about", 0));
                offer(operator, MadeUp.page("b", 1, "/", 0));
            },
            operator -> offer(operator, MadeUp.page("a", 3, "/services", 3)),
            operator -> operator.processWatermark(Watermark.MAX_WATERMARK)),
    JOIN_VISITS(Varying.NOTHING, (operator, web) -> offer(operator, MadeUp.observation("a", MadeUp.NOON)), operator -> {
        offer(operator, MadeUp.observation("a", MadeUp.NOON.plusSeconds(1)));
        offer(operator, MadeUp.observation("a", MadeUp.NOON.plusSeconds(60)));
    }),
    CLASSIFY_INDUSTRY(
            Varying.JUDGED,
            (operator, web) -> offer(operator, MadeUp.observation("a", MadeUp.NOON)),
            Harness::endInput);

    private interface Before {
        void fill(Harness operator, LoopbackWeb web) throws Exception;
    }

    private interface After {
        void goOn(Harness operator) throws Exception;
    }

    /** Fields of what comes out that depend on the clock or on the model, and so on nothing that is kept. */
    private static final class Varying {
        static final List<String> NOTHING = List.of();
        static final List<String> FETCHED = List.of("fetched_at", "millis", "millis_left");
        static final List<String> JUDGED =
                List.of("classified_at", "model", "status", "reason", "industries", "evidence");
    }

    static final String TINY_MODEL = "../operators/src/test/resources/tiny-bundle";
    private static final int FOREVER = 1_000_000;
    private static final Politeness UNHURRIED = new Politeness(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30), 1);
    private final List<String> varying;
    private final Before before;
    private final List<After> after;

    FrozenOperator(List<String> varying, Before before, After... after) {
        this.varying = varying;
        this.before = before;
        this.after = List.of(after);
    }

    String uid() {
        return name().toLowerCase().replace('_', '-');
    }

    /** A snapshot in the middle, in the format from which every state backend restores. */
    OperatorSubtaskState freeze() throws Exception {
        var reachable = CrawlSettings.defaults().with(UNHURRIED).with(new Reach(null, List.of("127.0.0.0/8"), true));
        var neverFull = new ModelSettings(TINY_MODEL, "cpu", 1_000, FOREVER, FOREVER, 1, 0);
        try (var web = LoopbackWeb.start();
                var operator =
                        new OperatorsOfTheGraph(reachable, 10, neverFull).harness(uid(), new HashMapStateBackend())) {
            operator.open();
            before.fill(operator, web);
            return operator.snapshotWithLocalState(1, 1, SavepointType.savepoint(SavepointFormatType.CANONICAL))
                    .getJobManagerOwnedState();
        }
    }

    /** All that is seen of an operator once it is restored: hosts and timers that it kept, and what it then gives. No request is sent. */
    List<JsonNode> thaw(OperatorSubtaskState state, StateBackend backend) throws Exception {
        var unreachable = CrawlSettings.defaults().with(UNHURRIED);
        var operators = new OperatorsOfTheGraph(unreachable, 10, ModelSettings.of(TINY_MODEL, "cpu"));
        List<JsonNode> seen = new ArrayList<>();
        try (var operator = operators.harness(uid(), backend)) {
            operator.initializeState(state);
            operator.open();
            for (var host : restingHosts(operator)) {
                seen.add(json(host));
            }
            addTimers(operator, seen);
            for (var step : after) {
                step.goOn(operator);
                addOutputs(operator, seen);
                addTimers(operator, seen);
            }
        }
        seen.forEach(this::removeWhatVaries);
        return seen;
    }

    private static void addTimers(Harness operator, List<JsonNode> seen) throws IOException {
        if (operator.getOperator().getKeyedStateBackend() != null) {
            int timers = operator.numProcessingTimeTimers() + operator.numEventTimeTimers();
            seen.add(json(Map.of("timers", timers)));
        }
    }

    private static void addOutputs(Harness operator, List<JsonNode> seen) throws IOException {
        for (var output : operator.extractOutputValues()) {
            seen.add(json(output));
        }
        operator.getOutput().clear();
        var requests = operator.getSideOutput(PlanInternalPages.REQUESTS);
        while (requests != null && !requests.isEmpty()) {
            seen.add(json(requests.poll().getValue()));
        }
    }

    /** As it is read again from a file. */
    private static JsonNode json(Object seen) throws IOException {
        return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(seen));
    }

    private void removeWhatVaries(JsonNode seen) {
        for (var name : varying) {
            seen.findParents(name).forEach(parent -> ((ObjectNode) parent).remove(name));
        }
    }

    private static List<RestingHost> restingHosts(Harness operator) throws Exception {
        var kept = operator.getOperator().getOperatorStateBackend();
        if (!kept.getRegisteredStateNames().contains("resting-hosts")) {
            return List.of();
        }
        List<RestingHost> hosts = new ArrayList<>();
        kept.getUnionListState(new ListStateDescriptor<>("resting-hosts", RestingHost.class))
                .get()
                .forEach(hosts::add);
        return hosts;
    }

    private static void askABusyHost(Harness operator, LoopbackWeb web, int depth) throws Exception {
        var busy = Reply.status(429).with("Retry-After", "25");
        web.site("a").otherwise(request -> request.path().equals("/robots.txt") ? Reply.status(404) : busy);
        offer(operator, MadeUp.request("a", web.url("a", ""), depth));
        await().until(() -> {
            operator.snapshot(0, 0);
            return !restingHosts(operator).isEmpty();
        });
    }

    private static void offer(Harness operator, Object record) throws Exception {
        operator.processElement(record, 0);
    }

    private static void offerHalfARound(Harness operator) throws Exception {
        offer(operator, MadeUp.page("a", 1, "/", 0, "/about", "/services", "/team"));
        offer(operator, MadeUp.page("a", 2, "/about", 3, "/about/us"));
        offer(operator, MadeUp.page("b", 1, "/", 0));
    }

    private static void offerTheOtherHalf(Harness operator) throws Exception {
        offer(operator, MadeUp.page("a", 3, "/services", 3, "/services/one"));
        offer(operator, MadeUp.page("b", 2, "/about", 2));
    }
}
