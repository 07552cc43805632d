package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostTurnsTest {
    private final EmbeddedChannel time = new EmbeddedChannel();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 500_000_000);
    private HostTurns turns;

    @BeforeEach
    void open() {
        time.freezeTime();
        turns = turns(1);
    }

    @AfterEach
    void forgetsEverything() {
        pass(100_000);
        assertThat(turns.hosts()).isZero();
        time.close();
    }

    @Test
    void givesTheFirstTurnAtOnce() {
        assertThat(take("a.com")).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void keepsTheGapBetweenTheStartsOfTwoTurns() {
        take("a.com");
        turns.give("a.com");
        var second = take("a.com");

        pass(999);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void givesNoTurnWhileAnotherIsTaken() {
        take("a.com");
        var second = take("a.com");
        pass(5_000);
        assertThat(second).isNotDone();

        turns.give("a.com");

        assertThat(second).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void givesAsManyTurnsAtOnceAsAllowedButNoneWithoutTheGap() {
        turns = turns(2);
        take("a.com");
        var second = take("a.com");
        var third = take("a.com");

        assertThat(second).isNotDone();
        pass(1_000);
        assertThat(second).isCompletedWithValue(true);
        pass(1_000);
        assertThat(third).isNotDone();
        turns.give("a.com");
        assertThat(third).isCompletedWithValue(true);
        turns.give("a.com");
        turns.give("a.com");
    }

    @Test
    void givesTurnsInTheOrderAsked() {
        take("a.com");
        var second = take("a.com");
        var third = take("a.com");
        turns.give("a.com");

        pass(1_000);
        assertThat(second).isDone();
        assertThat(third).isNotDone();
        turns.give("a.com");
        pass(1_000);
        assertThat(third).isDone();
        turns.give("a.com");
    }

    @Test
    void makesNoHostWaitForAnother() {
        take("a.com");

        assertThat(take("b.com")).isCompletedWithValue(true);
        turns.give("a.com");
        turns.give("b.com");
    }

    @Test
    void waitsAsLongAsTheLastTurnAskedFor() {
        turns.take("a.com", 30_000, 60_000);
        turns.give("a.com");
        var second = take("a.com");

        pass(29_999);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isDone();
        turns.give("a.com");
    }

    @Test
    void saysAtOnceWhenTheTurnCannotComeInTime() {
        take("a.com");
        turns.give("a.com");
        var second = turns.take("a.com", 1_000, 1_500);

        assertThat(turns.take("a.com", 1_000, 1_500)).isCompletedWithValue(false);
        assertThat(turns.take("a.com", 1_000, 999)).isCompletedWithValue(false);
        pass(1_000);
        assertThat(second).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void losesPatienceBehindATurnThatDoesNotEnd() {
        take("a.com");
        var second = turns.take("a.com", 1_000, 4_000);
        var third = turns.take("a.com", 1_000, 9_000);

        pass(4_000);
        assertThat(second).isCompletedWithValue(false);
        turns.give("a.com");
        assertThat(third).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void countsARequestThatDidNotWait() {
        turns.count("a.com", 1_000);
        var first = take("a.com");

        pass(999);
        assertThat(first).isNotDone();
        pass(1);
        assertThat(first).isCompletedWithValue(true);
        turns.give("a.com");
    }

    @Test
    void remembersAHostUntilItsGapIsOver() {
        take("a.com");
        turns.give("a.com");

        pass(999);
        assertThat(turns.hosts()).isOne();
        pass(1);
        assertThat(turns.hosts()).isZero();
    }

    private CompletableFuture<Boolean> take(String host) {
        return turns.take(host, 1_000, 60_000);
    }

    private HostTurns turns(int perHost) {
        return new HostTurns(perHost, time.eventLoop(), now::get);
    }

    private void pass(long millis) {
        for (long left = millis; left > 0; left -= 100) {
            long step = Math.min(left, 100);
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(step));
            time.advanceTimeBy(step, TimeUnit.MILLISECONDS);
            time.runScheduledPendingTasks();
        }
    }
}
