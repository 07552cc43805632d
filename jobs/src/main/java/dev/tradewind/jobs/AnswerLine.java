package dev.tradewind.jobs;

import dev.tradewind.classify.Prediction;

/** An answer in one line for a terminal: id, status, best industry or else the reason. */
final class AnswerLine {
    private AnswerLine() {}

    static String of(Prediction answer) {
        var best = answer.industries().stream()
                .map(industry -> String.format("%s %.0f %%", industry.name(), 100 * industry.probability()))
                .findFirst()
                .orElse(answer.reason());
        return String.format("%-24s %-10s %s", answer.id(), answer.status(), best);
    }
}
