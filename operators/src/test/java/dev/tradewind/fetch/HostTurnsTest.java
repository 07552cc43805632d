package dev.tradewind.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.fetch.CrawlSettings.Politeness;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTurnsTest {
    private static final InetAddress HERE = address(1);
    private static final InetAddress THERE = address(2);

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 500_000_000);
    private HostTurns turns;

    @BeforeEach
    void openLongAgo() {
        time.freezeTime();
        turns = turns(1, 0);
        pass(2_000);
    }

    @AfterEach
    void forgetsEverything() {
        pass(3_700_000);
        assertThat(turns.remembered()).isZero();
        assertThat(turns.waiting()).isZero();
        time.close();
    }

    @Test
    void givesTheFirstTurnAtOnce() {
        assertThat(take("a.com")).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void givesNoTurnForAWhileAfterTheProcessStoodStill() {
        take("a.com");
        var waiting = take("a.com");
        give("a.com");
        standStill(4_000);
        var asked = take("b.com");

        pass(4_900);
        assertThat(waiting).isNotDone();
        assertThat(asked).isNotDone();
        pass(100);

        assertThat(waiting).isCompletedWithValue(null);
        assertThat(asked).isCompletedWithValue(null);
        give("a.com");
        give("b.com");
    }

    @Test
    void takesAShortPauseOfTheProcessForNothing() {
        standStill(2_400);

        assertThat(take("a.com")).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void keepsTheGapFromTheEndOfATurnToTheNext() {
        take("a.com");
        pass(600);
        give("a.com");
        var second = take("a.com");

        pass(999);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void givesNoTurnWhileAnotherIsTaken() {
        take("a.com");
        var second = take("a.com");
        pass(5_000);
        assertThat(second).isNotDone();

        give("a.com");
        pass(999);
        assertThat(second).isNotDone();
        pass(1);

        assertThat(second).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void givesAsManyTurnsAtOnceAsAllowedButNoneWithoutTheGap() {
        turns = turns(2, 0);
        pass(1_000);
        take("a.com");
        var second = take("a.com");
        var third = take("a.com");

        assertThat(second).isNotDone();
        pass(1_000);
        assertThat(second).isCompletedWithValue(null);
        pass(1_000);
        assertThat(third).isNotDone();
        give("a.com");
        pass(1_000);
        assertThat(third).isCompletedWithValue(null);
        give("a.com");
        give("a.com");
    }

    @Test
    void givesTurnsInTheOrderAsked() {
        take("a.com");
        var second = take("a.com");
        var third = take("a.com");
        give("a.com");

        pass(1_000);
        assertThat(second).isDone();
        assertThat(third).isNotDone();
        give("a.com");
        pass(1_000);
        assertThat(third).isDone();
        give("a.com");
    }

    @Test
    void makesNoHostWaitForAnother() {
        take("a.com");

        assertThat(take("b.com")).isCompletedWithValue(null);
        give("a.com");
        give("b.com");
    }

    @Test
    void waitsAsLongAsTheHostAsksFor() {
        pass(28_000);
        turns.take("a.com", HERE, 30_000, 60_000);
        give("a.com");
        var second = take("a.com");

        pass(29_999);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isDone();
        give("a.com");
    }

    @Test
    void waitsForWhatTheNextTurnAsksForToo() {
        take("a.com");
        give("a.com");
        var second = turns.take("a.com", HERE, 10_000, 60_000);

        pass(9_999);
        assertThat(second).isNotDone();
        pass(1);
        assertThat(second).isDone();
        give("a.com");
    }

    @Test
    void saysAtOnceWhenTheTurnCannotComeInTime() {
        take("a.com");
        give("a.com");
        var second = turns.take("a.com", HERE, 0, 1_500);

        assertThat(turns.take("a.com", HERE, 0, 1_500)).isCompletedWithValue("deadline");
        assertThat(turns.take("a.com", HERE, 0, 999)).isCompletedWithValue("deadline");
        pass(1_000);
        assertThat(second).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void losesPatienceBehindATurnThatDoesNotEnd() {
        take("a.com");
        var second = turns.take("a.com", HERE, 0, 4_000);
        var third = turns.take("a.com", HERE, 0, 9_000);

        pass(4_000);
        assertThat(second).isCompletedWithValue("deadline");
        give("a.com");
        pass(1_000);
        assertThat(third).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void countsARequestThatOthersHaveSent() {
        turns.count("a.com", 1_000);
        var first = take("a.com");

        pass(999);
        assertThat(first).isNotDone();
        pass(1);
        assertThat(first).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void remembersAHostUntilItsGapIsOver() {
        take("a.com");
        give("a.com");

        pass(999);
        assertThat(turns.remembered()).isOne();
        pass(1);
        assertThat(turns.remembered()).isZero();
    }

    @Test
    void takesHostsForJustAskedWhenItIsNew() {
        turns = turns(1, 0);
        var robots = take("a.com");
        var page = turns.take("b.com", HERE, 5_000, 60_000);
        pass(999);
        assertThat(robots).isNotDone();
        pass(1);
        assertThat(robots).isCompletedWithValue(null);
        give("a.com");

        pass(3_999);
        assertThat(page).isNotDone();
        pass(1);
        assertThat(page).isCompletedWithValue(null);
        assertThat(take("c.com")).isCompletedWithValue(null);
        give("b.com");
        give("c.com");
    }

    @ParameterizedTest(name = "{0} ms, then {1} ms with status {2}: {3} ms")
    @CsvSource({
        "0, 300, 200, 1000",
        "0, 800, 200, 1600",
        "0, 60000, 200, 5000",
        "2000, 1000, 200, 3000",
        "2000, 1000, 302, 4000",
        "2000, 1000, 404, 4000",
        "2000, 1000, 0, 4000",
        "1000, 2000, 0, 4000",
        "5000, 2, 200, 5000",
    })
    void waitsLongerWhereTheHostIsSlow(long first, long second, int status, long gap) {
        take("a.com");
        turns.give("a.com", TimeUnit.MILLISECONDS.toNanos(first), 200);
        var next = take("a.com");
        pass(10_000);
        assertThat(next).isDone();
        turns.give("a.com", TimeUnit.MILLISECONDS.toNanos(second), status);

        next = take("a.com");
        pass(gap - 1);
        assertThat(next).isNotDone();
        pass(1);
        assertThat(next).isDone();
        give("a.com");
    }

    @Test
    void knowsNoPolitenessWithoutADelay() {
        turns = turns(new Politeness(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30), 1));
        for (int i = 0; i < 3; i++) {
            assertThat(take("a.com")).isCompletedWithValue(null);
            turns.give("a.com", TimeUnit.SECONDS.toNanos(10), 200);
        }
        assertThat(turns.remembered()).isZero();
    }

    @Test
    void letsAHostRestThatIsTooBusyTwiceAsLongEachTime() {
        long least = 2_000;
        var turn = take("a.com");
        for (int i = 0; i < 6; i++) {
            assertThat(turn).isCompletedWithValue(null);
            long rest = turns.backOff("a.com", 0, "http-429");
            give("a.com", 429);

            assertThat(rest).isBetween(Math.min(least, 30_000), Math.min(least * 3 / 2, 30_000));
            turn = take("a.com");
            pass(rest - 1);
            assertThat(turn).isNotDone();
            pass(2);
            least *= 2;
        }
        give("a.com");
        pass(1_000);
        assertThat(turns.backOffs()).isEqualTo(6);

        take("a.com");
        assertThat(turns.backOff("a.com", 0, "http-429")).isBetween(2_000L, 3_000L);
        give("a.com");
    }

    @Test
    void letsAHostRestAsLongAsItAsksForAndAllWhoWaitWithIt() {
        take("a.com");
        var waits = take("a.com");
        var doesNot = turns.take("a.com", HERE, 0, 5_000);
        assertThat(turns.backOff("a.com", 20_000, "http-503")).isEqualTo(20_000);
        give("a.com", 503);

        assertThat(turns.take("a.com", HERE, 0, 19_999)).isCompletedWithValue("http-503");
        pass(5_000);
        assertThat(doesNot).isCompletedWithValue("http-503");
        pass(14_999);
        assertThat(waits).isNotDone();
        assertThat(take("b.com")).isDone();
        give("b.com");
        pass(1);
        assertThat(waits).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void letsNoHostRestForMoreThanAnHour() {
        take("a.com");
        assertThat(turns.backOff("a.com", Long.MAX_VALUE, "http-429")).isEqualTo(3_600_000);
        give("a.com", 429);

        pass(3_599_000);
        assertThat(turns.take("a.com", HERE, 0, 900)).isCompletedWithValue("http-429");
        pass(1_000);
        assertThat(turns.remembered()).isZero();
    }

    @Test
    void tellsHowLongAHostWantsToBeLeftAloneUnlessThatIsOnlyTheDelay() {
        assertThat(turns.restOf("a.com")).isNull();
        take("a.com");
        turns.backOff("a.com", 20_000, "http-429");
        give("a.com", 429);
        take("b.com");
        give("b.com");
        turns.count("c.com", 9_000);

        pass(500);

        assertThat(turns.restOf("a.com")).isEqualTo(new HostTurns.Rest(19_500, "http-429"));
        assertThat(turns.restOf("b.com")).isNull();
        assertThat(turns.restOf("c.com")).isEqualTo(new HostTurns.Rest(8_500, "deadline"));
    }

    @Test
    void tellsWhatAHostAskedForBetweenTwoRequestsUnlessThatIsOnlyTheDelay() {
        turns.count("a.com", 9_000);
        turns.count("b.com", 500);

        assertThat(turns.gapOf("a.com")).isEqualTo(9_000);
        assertThat(turns.gapOf("b.com")).isZero();
        assertThat(turns.gapOf("c.com")).isZero();
    }

    @Test
    void letsAHostRestThatAnotherFoundTooBusy() {
        turns.rest("a.com", new HostTurns.Rest(10_000, "http-429"));
        var first = take("a.com");

        pass(9_999);
        assertThat(first).isNotDone();
        pass(1);
        assertThat(first).isCompletedWithValue(null);
        give("a.com");
    }

    @Test
    void keepsTheAddressDelayBetweenTheStartsOfTurnsOfAllHostsThere() {
        turns = turns(1, 100);
        pass(1_000);
        var came = new ArrayList<String>();
        for (String host : List.of("a.com", "b.com", "c.com")) {
            takeAt(HERE, host, came);
        }
        takeAt(THERE, "elsewhere.com", came);

        assertThat(came).containsExactly("a.com", "elsewhere.com");
        pass(99);
        assertThat(came).hasSize(2);
        pass(1);
        assertThat(came).endsWith("b.com").hasSize(3);
        pass(100);
        assertThat(came).endsWith("c.com").hasSize(4);
        came.forEach(this::give);
    }

    @Test
    void holdsUpNoHostBehindOneWhoseOwnGapIsNotOver() {
        turns = turns(1, 100);
        pass(1_000);
        var came = new ArrayList<String>();
        takeAt(HERE, "a.com", came);
        give("a.com");
        takeAt(HERE, "a.com", came);
        takeAt(HERE, "a.com", came);
        takeAt(HERE, "b.com", came);

        pass(100);

        assertThat(came).containsExactly("a.com", "b.com");
        pass(900);
        assertThat(came).containsExactly("a.com", "b.com", "a.com");
        give("a.com");
        give("b.com");
        pass(1_000);
        assertThat(came).endsWith("a.com").hasSize(4);
        give("a.com");
    }

    @Test
    void countsTheGapFromTheTurnAndNotFromTheWaitForTheAddress() {
        turns = turns(1, 5_000);
        pass(1_000);
        var came = new ArrayList<String>();
        takeAt(HERE, "a.com", came);
        takeAt(HERE, "b.com", came);
        takeAt(THERE, "b.com", came);

        pass(5_000);
        assertThat(came).containsExactly("a.com", "b.com");
        give("b.com");
        pass(999);
        assertThat(came).hasSize(2);
        pass(1);
        assertThat(came).containsExactly("a.com", "b.com", "b.com");
        give("a.com");
        give("b.com");
    }

    @Test
    void leavesTheLineOfAnAddressWhenItsPatienceIsOver() {
        turns = turns(1, 5_000);
        pass(1_000);
        var came = new ArrayList<String>();
        takeAt(HERE, "a.com", came);
        var impatient = turns.take("b.com", HERE, 0, 2_000);
        takeAt(HERE, "c.com", came);
        takeAt(THERE, "b.com", came);

        pass(2_000);
        assertThat(impatient).isCompletedWithValue("deadline");
        assertThat(came).containsExactly("a.com", "b.com");
        pass(3_000);
        assertThat(came).containsExactly("a.com", "b.com", "c.com");
        came.forEach(this::give);
    }

    @Test
    void sendsAHostBackThatIsToRestWhenItsAddressIsFree() {
        turns = turns(2, 5_000);
        pass(1_000);
        var came = new ArrayList<String>();
        takeAt(HERE, "a.com", came);
        takeAt(THERE, "b.com", came);
        pass(1_000);
        takeAt(HERE, "b.com", came);
        takeAt(HERE, "c.com", came);
        turns.backOff("b.com", 10_000, "http-429");
        give("b.com", 429);

        pass(4_000);
        assertThat(came).containsExactly("a.com", "b.com", "c.com");
        pass(6_000);
        assertThat(came).containsExactly("a.com", "b.com", "c.com", "b.com");
        List.of("a.com", "b.com", "c.com").forEach(this::give);
    }

    @Test
    void tellsHowManyWait() {
        take("a.com");
        take("a.com");
        take("a.com");

        assertThat(turns.waiting()).isEqualTo(2);
        give("a.com");
        pass(1_000);
        assertThat(turns.waiting()).isOne();
        give("a.com");
        pass(1_000);
        give("a.com");
    }

    private CompletableFuture<String> take(String host) {
        return turns.take(host, HERE, 0, 60_000);
    }

    private void takeAt(InetAddress address, String host, List<String> came) {
        turns.take(host, address, 0, 60_000).thenAccept(objection -> {
            assertThat(objection).isNull();
            came.add(host);
        });
    }

    private void give(String host) {
        give(host, 200);
    }

    private void give(String host, int status) {
        turns.give(host, 0, status);
    }

    private HostTurns turns(int perHost, long addressDelay) {
        var politeness =
                new Politeness(Duration.ofSeconds(1), Duration.ofMillis(addressDelay), Duration.ofSeconds(30), perHost);
        return turns(politeness);
    }

    private HostTurns turns(Politeness politeness) {
        return new HostTurns(politeness, time.eventLoop(), now::get, new Standstill(time.eventLoop(), now::get));
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {93, (byte) 184, (byte) 216, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Time goes by, and nothing is done meanwhile. */
    private void standStill(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
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
