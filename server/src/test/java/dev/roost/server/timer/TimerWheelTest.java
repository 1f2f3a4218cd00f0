package dev.roost.server.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private static final long MILLI = 1_000_000;
    private static final long TICK = 1 << 21;

    private final TimerWheel wheel = new TimerWheel(0);
    private final List<String> ran = new ArrayList<>();

    TimerWheelTest() {
        wheel.confineTo(Thread.currentThread());
    }

    @Test
    void aTimerRunsOnceAndNotEarly() {
        at("a", 100);
        advance(99);
        assertThat(ran).isEmpty();
        advance(110);
        advance(200);
        assertThat(ran).containsExactly("a");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTimerIsATickLateAtTheMost() {
        assertThat(late(1, 1_000 * MILLI)).allSatisfy(nanos -> assertThat(nanos).isBetween(0L, TICK));
    }

    @Test
    void aTimerThatIsFarAwayIsSeventeenTicksLateAtTheMost() {
        assertThat(late(1_000 * MILLI, 100_000 * MILLI))
                .allSatisfy(nanos -> assertThat(nanos).isBetween(0L, 17 * TICK));
    }

    @Test
    void theHeartbeatsOfAThousandClientsWakeALoopThirtyTimesASecond() {
        for (int i = 0; i < 1000; i++) {
            at("ping", 25_000 + i);
        }
        long now = 0;
        int visits = 0;
        while (wheel.size() > 0) {
            now += wheel.nanosToNext(now);
            wheel.advance(now, Runnable::run);
            visits++;
        }
        assertThat(ran).hasSize(1000);
        // The slots are passed once before, in an earlier revolution.
        assertThat(visits).isLessThanOrEqualTo(2 * 31);
    }

    @Test
    void aLoopThatIdlesWakesForItsTimerAndOnceARevolution() {
        at("far", 60_000);
        long now = 0;
        int visits = 0;
        while (ran.isEmpty()) {
            now += wheel.nanosToNext(now);
            wheel.advance(now, Runnable::run);
            visits++;
        }
        assertThat(visits).isLessThanOrEqualTo(4);
    }

    @Test
    void timersOfOneTickShareAVisit() {
        for (int i = 0; i < 1000; i++) {
            wheel.insert(wheel.timer(() -> ran.add("one of many"), 10 * TICK + i));
        }
        wheel.advance(wheel.nanosToNext(0), Runnable::run);
        assertThat(ran).hasSize(1000);
    }

    @Test
    void aTimerBeyondOneRevolutionWaitsForItsOwn() {
        at("late", 60_000);
        for (long now = 0; now < 60_000; now += 10) {
            advance(now);
        }
        assertThat(ran).isEmpty();
        advance(60_040);
        assertThat(ran).containsExactly("late");
    }

    @Test
    void aTimerTakenBackDoesNotRun() {
        TimerWheel.Entry timer = at("a", 100);
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(wheel.size()).isZero();
        advance(1000);
        assertThat(ran).isEmpty();
    }

    @Test
    void aTimerThatRanCannotBeTakenBack() {
        TimerWheel.Entry timer = at("a", 100);
        advance(200);
        assertThat(timer.cancel()).isFalse();
    }

    @Test
    void aTimerTakenBackElsewhereIsDroppedWhenItsSlotIsVisited() throws InterruptedException {
        TimerWheel.Entry timer = at("a", 100);
        Thread other = new Thread(() -> timer.cancel());
        other.start();
        other.join();
        assertThat(wheel.size()).isEqualTo(1);
        advance(200);
        assertThat(ran).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTaskMayTakeBackAnotherThatIsDueToo() {
        List<TimerWheel.Entry> second = new ArrayList<>();
        wheel.insert(wheel.timer(() -> second.get(0).cancel(), 100 * MILLI));
        second.add(at("b", 100));
        advance(200);
        assertThat(ran).isEmpty();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aTaskMaySetTheNextTimer() {
        wheel.insert(wheel.timer(() -> at("next", 0), 100 * MILLI));
        advance(200);
        assertThat(ran).isEmpty();
        advance(220);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void theNextVisitIsNeverAfterTheNextTimer() {
        Random random = new Random(1);
        long now = 0;
        for (int i = 0; i < 2000; i++) {
            long due = now + random.nextInt(40_000);
            at(Long.toString(due), due);
            long wait = wheel.nanosToNext(now * MILLI);
            assertThat(wait).isLessThanOrEqualTo((due - now) * MILLI + 17 * TICK);
            now += Math.max(1, Math.min(wait / MILLI, 50));
            advance(now);
        }
        advance(now + 50_000);
        assertThat(ran).hasSize(2000);
        assertThat(wheel.nanosToNext(0)).isEqualTo(Long.MAX_VALUE);
    }

    /** How late each of many timers runs. */
    private List<Long> late(long fromNanos, long toNanos) {
        Random random = new Random(2);
        List<Long> late = new ArrayList<>();
        long[] now = {0};
        for (int i = 0; i < 1000; i++) {
            long due = random.nextLong(fromNanos, toNanos);
            wheel.insert(wheel.timer(() -> late.add(now[0] - due), due));
        }
        while (wheel.size() > 0) {
            now[0] += wheel.nanosToNext(now[0]);
            wheel.advance(now[0], Runnable::run);
        }
        assertThat(late).hasSize(1000);
        return late;
    }

    private TimerWheel.Entry at(String name, long millis) {
        TimerWheel.Entry timer = wheel.timer(() -> ran.add(name), millis * MILLI);
        wheel.insert(timer);
        return timer;
    }

    private void advance(long millis) {
        wheel.advance(millis * MILLI, Runnable::run);
    }
}
