package dev.tradewind.chaos;

import dev.tradewind.chaos.Committed.Seen;
import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Outcome;
import dev.tradewind.testdata.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
        List<Fault> faults,
        Map<Fault, Duration> recoveries) {

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
            var answer = Answer.of(seen.prediction());
            if (!answer.equals(businesses.answers().get(id))) {
                wrong.add(id + ": " + answer + " instead of "
                        + businesses.answers().get(id));
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
        var recoveries = new HashMap<Fault, Duration>();
        faults.forEach(fault -> recoveries.put(fault, recovery(fault, committed.answers())));
        return new Verdict(
                schedule,
                time,
                businesses.answers().size(),
                requests.size(),
                List.copyOf(lost),
                doubled,
                wrong,
                tooSoon(requests, terms),
                faults,
                recoveries);
    }

    /** While the web was gone a page of a site may have failed; else its answer follows from the options of the job. */
    private static boolean isRight(Prediction prediction, Answer expected, List<Term> terms, List<Fault> faults) {
        var answer = Answer.of(prediction);
        boolean asTheOptionsSay = terms.stream()
                .filter(term -> !term.from().isAfter(prediction.classifiedAt()))
                .anyMatch(
                        term -> answer.equals(expected.withAtMost(term.options().pages())));
        return asTheOptionsSay
                || prediction.pages().stream()
                        .filter(page -> UNREACHABLE.contains(page.outcome()))
                        .anyMatch(page -> faults.stream()
                                .filter(fault -> fault.kind() == FaultKind.DROP_WEB)
                                .anyMatch(fault -> page.fetchedAt().isAfter(fault.from())
                                        && page.fetchedAt().isBefore(fault.to().plus(ROBOTS_ARE_BELIEVED))));
    }

    /** From a fault to the first answer given after it that can be read. */
    private static Duration recovery(Fault fault, List<Seen> answers) {
        return answers.stream()
                .filter(seen -> seen.prediction().classifiedAt().isAfter(fault.from()))
                .findFirst()
                .map(seen -> Duration.between(fault.from(), seen.at()))
                .orElse(null);
    }

    private static List<String> tooSoon(List<Request> requests, List<Term> terms) {
        var tooSoon = new ArrayList<String>();
        Map<String, Request> last = new HashMap<>();
        for (var request : requests.stream()
                .sorted((one, other) -> Long.signum(one.nanoTime() - other.nanoTime()))
                .toList()) {
            var before = last.put(request.host(), request);
            if (before == null) {
                continue;
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(request.nanoTime() - before.nanoTime());
            boolean unhurried =
                    Businesses.isUnhurried(request.host()) && !before.path().equals("/robots.txt");
            if (millis < (unhurried ? Businesses.UNHURRIED_DELAY : delay(terms, request)).toMillis()) {
                tooSoon.add(request.host() + " " + request.path() + " " + millis + " ms after " + before.path());
            }
        }
        return tooSoon;
    }

    private static Duration delay(List<Term> terms, Request request) {
        return terms.stream()
                .filter(term -> request.nanoTime() - term.nanoTime() >= 0)
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .options()
                .delay();
    }

    boolean isGood() {
        return lost.isEmpty() && doubled.isEmpty() && wrong.isEmpty() && tooSoon.isEmpty();
    }
}
