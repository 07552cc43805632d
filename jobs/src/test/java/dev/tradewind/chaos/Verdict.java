package dev.tradewind.chaos;

import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.fetch.Page;
import dev.tradewind.testdata.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a run compares with its model.
 *
 * @param lost ids without an answer, and malformed records that were not rejected
 * @param doubled ids answered more than once, and records rejected more than once
 * @param wrong answers and reasons other than the model's
 * @param tooSoon pairs of requests to a host closer than its delay
 */
record Verdict(
        Schedule schedule,
        Duration time,
        int businesses,
        int requests,
        List<String> lost,
        List<String> doubled,
        List<String> wrong,
        List<String> tooSoon,
        List<Recovery> recoveries) {

    private static final Set<String> UNREACHABLE = Set.of(
            Outcome.CONNECTION_REFUSED, Outcome.CONNECTION_LOST, Outcome.CONNECT_TIMEOUT, Outcome.ROBOTS_UNREACHABLE);
    private static final Duration ROBOTS_ARE_BELIEVED = Duration.ofSeconds(35);

    static Verdict of(
            Schedule schedule,
            Duration time,
            Businesses businesses,
            Committed committed,
            List<Request> requests,
            List<Term> terms,
            List<Fault> faults) {
        var lost = new HashSet<String>();
        var doubled = new ArrayList<String>();
        var wrong = new ArrayList<String>();
        var counts = new HashMap<String, Integer>();
        for (var seen : committed.answers()) {
            var id = seen.prediction().id();
            counts.merge(id, 1, Integer::sum);
            var expected = businesses.answers().get(id);
            if (expected == null || !isRight(seen.prediction(), expected, terms, faults)) {
                wrong.add(id + ": " + Answer.of(seen.prediction()) + " instead of " + expected + "; "
                        + seen.prediction().pages());
            }
        }
        var reasons = new HashMap<String, String>();
        for (var line : committed.rejected()) {
            var record = line.get("line").asText();
            counts.merge(record, 1, Integer::sum);
            reasons.put(record, line.get("reason").asText());
        }
        businesses.rejected().forEach((record, reason) -> {
            if (reasons.containsKey(record) && !reason.equals(reasons.get(record))) {
                wrong.add(record + ": " + reasons.get(record) + " instead of " + reason);
            }
        });
        lost.addAll(businesses.answers().keySet());
        lost.addAll(businesses.rejected().keySet());
        counts.forEach((id, count) -> {
            lost.remove(id);
            if (count > 1) {
                doubled.add(id);
            }
        });
        return new Verdict(
                schedule,
                time,
                businesses.answers().size(),
                requests.size(),
                List.copyOf(lost),
                doubled,
                wrong,
                tooSoon(requests, terms),
                faults.stream()
                        .map(fault -> Recovery.of(fault, committed.answers(), requests))
                        .toList());
    }

    /** While the web was gone a page of a site may have failed; else its answer follows from the options of the job. */
    private static boolean isRight(Prediction prediction, Answer expected, List<Term> terms, List<Fault> faults) {
        var answer = Answer.of(prediction);
        var begun = prediction.pages().stream()
                .map(Page::fetchedAt)
                .min(Comparator.naturalOrder())
                .orElse(prediction.submittedAt());
        boolean asTheOptionsSay = IntStream.range(0, terms.size())
                .filter(i -> terms.get(i).from().isBefore(prediction.classifiedAt()))
                .filter(i ->
                        i + 1 == terms.size() || begun.isBefore(terms.get(i + 1).from()))
                .anyMatch(i ->
                        answer.equals(expected.withAtMost(terms.get(i).options().pages())));
        return asTheOptionsSay
                || prediction.pages().stream()
                        .filter(page -> UNREACHABLE.contains(page.outcome()))
                        .anyMatch(page -> faults.stream()
                                .filter(fault -> fault.kind() == FaultKind.DROP_WEB)
                                .anyMatch(fault -> page.fetchedAt().isAfter(fault.from())
                                        && page.fetchedAt().isBefore(fault.to().plus(ROBOTS_ARE_BELIEVED))));
    }

    private static List<String> tooSoon(List<Request> requests, List<Term> terms) {
        var tooSoon = new ArrayList<String>();
        Map<String, Request> last = new HashMap<>();
        Set<String> robotsAsked = new HashSet<>();
        for (var request : requests.stream()
                .sorted((one, other) -> Long.signum(one.nanoTime() - other.nanoTime()))
                .toList()) {
            var before = last.put(request.host(), request);
            if (before != null) {
                long millis = TimeUnit.NANOSECONDS.toMillis(request.nanoTime() - before.nanoTime());
                var delay = delay(before, request, robotsAsked.contains(request.host()), term(terms, request));
                if (millis < delay.toMillis()) {
                    tooSoon.add(request.host() + " " + request.path() + " " + millis + " ms after " + before.path());
                }
            }
            if (isRobots(request)) {
                robotsAsked.add(request.host());
            }
        }
        return tooSoon;
    }

    /** A host's own delay counts once its robots.txt was read. */
    private static Duration delay(Request before, Request request, boolean robotsAsked, Term term) {
        return Businesses.isUnhurried(request.host()) && robotsAsked && !isRobots(before)
                ? Businesses.UNHURRIED_DELAY
                : term.options().delay();
    }

    private static boolean isRobots(Request request) {
        return request.path().equals("/robots.txt");
    }

    private static Term term(List<Term> terms, Request request) {
        return terms.stream()
                .filter(term -> request.nanoTime() - term.nanoTime() >= 0)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    boolean isGood() {
        return lost.isEmpty() && doubled.isEmpty() && wrong.isEmpty() && tooSoon.isEmpty();
    }

    /** In one line, and one more for each thing that is not as it should be. */
    String said() {
        var said = new StringBuilder("seed %d: %s; %.0f s, %d businesses, %d requests; "
                .formatted(schedule.seed(), faultsSaid(), seconds(time), businesses, requests));
        said.append("lost %d, doubled %d, wrong %d, too soon %d"
                .formatted(lost.size(), doubled.size(), wrong.size(), tooSoon.size()));
        Map.of("lost", lost, "doubled", doubled, "wrong", wrong, "too soon", tooSoon)
                .forEach((what, those) -> those.forEach(
                        one -> said.append("\n    ").append(what).append(": ").append(one)));
        return said.toString();
    }

    private String faultsSaid() {
        return recoveries.stream()
                .map(recovery -> "%s (%s) back after %.1f s"
                        .formatted(recovery.fault().kind(), recovery.fault().what(), seconds(recovery.time())))
                .collect(Collectors.joining(", "));
    }

    static double seconds(Duration duration) {
        return duration == null ? Double.NaN : duration.toMillis() / 1_000.0;
    }
}
