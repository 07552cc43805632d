package dev.tradewind.chaos;

import dev.tradewind.chaos.Committed.Seen;
import dev.tradewind.classify.Prediction;
import dev.tradewind.testdata.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a job came through a fault. It is back when a reader of what is committed sees the first answer that was given after the
 * fault; where the web was gone, the first that knows a page read since its return; where the job was stopped and submitted
 * again, the first that was given after that.
 *
 * @param time from the fault until it is back, but from the web's return; where the job was submitted again, the longest time
 *     without a new answer until it is back
 * @param silence the longest time until it is back in which no request was sent to any host
 */
record Recovery(Fault fault, Duration time, Duration silence) {

    static Recovery of(Fault fault, List<Seen> answers, List<Request> requests) {
        var from = fault.kind() == FaultKind.DROP_WEB ? fault.to() : fault.from();
        var back = answers.stream()
                .filter(seen -> isBack(fault, seen.prediction()))
                .map(Seen::at)
                .findFirst();
        if (back.isEmpty()) {
            return new Recovery(fault, null, null);
        }
        var end = back.get();
        var silence = longestPause(from, end, requests.stream().map(Request::at));
        var time = fault.kind().submitsAgain()
                ? longestPause(from, end, answers.stream().map(Seen::at))
                : Duration.between(from, end);
        return new Recovery(fault, time, silence);
    }

    private static boolean isBack(Fault fault, Prediction prediction) {
        if (fault.kind() == FaultKind.DROP_WEB) {
            return hasPageReadAfter(fault.to(), prediction);
        }
        return prediction.classifiedAt().isAfter(fault.kind().submitsAgain() ? fault.to() : fault.from());
    }

    private static boolean hasPageReadAfter(Instant from, Prediction prediction) {
        return prediction.pages().stream()
                .anyMatch(page -> page.read() && page.fetchedAt().isAfter(from));
    }

    private static Duration longestPause(Instant from, Instant end, Stream<Instant> times) {
        var longest = Duration.ZERO;
        var before = from;
        for (var at : Stream.concat(times.filter(at -> at.isAfter(from) && at.isBefore(end)), Stream.of(end))
                .sorted()
                .toList()) {
            var pause = Duration.between(before, at);
            longest = pause.compareTo(longest) > 0 ? pause : longest;
            before = at;
        }
        return longest;
    }
}
