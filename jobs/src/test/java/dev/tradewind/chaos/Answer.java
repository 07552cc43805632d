package dev.tradewind.chaos;

import dev.tradewind.classify.Prediction;
import dev.tradewind.fetch.Page;

/**
 * What a business is told, as far as its site decides it.
 *
 * @param pages how many could be read
 */
record Answer(String status, String reason, int pages) {

    static Answer of(Prediction prediction) {
        return new Answer(prediction.status(), prediction.reason(), (int)
                prediction.pages().stream().filter(Page::read).count());
    }

    Answer withAtMost(int most) {
        return new Answer(status, reason, Math.min(most, pages));
    }
}
