package dev.roost.core.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("adapter-85: those who want one session look for it one after the other")
@Timeout(120)
class TurnsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Turns of which nobody waits in vain unless somebody keeps one for ever. */
    private final Turns turns = new Turns(PATIENCE);

    /** Turns nobody waits for. */
    private final Turns impatient = new Turns(Duration.ZERO);

    private static void awaitWaiting(Thread thread) {
        awaitAtOnce(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static void awaitEnd(Thread thread) {
        awaitAtOnce(() -> !thread.isAlive());
    }

    private static void awaitAtOnce(Callable<Boolean> condition) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }

    @Test
    void nextTurnBeginsWhenTheOneBeforeIsOver() {
        Turns.Turn first = turns.begin("a");
        AtomicReference<Turns.Turn> second = new AtomicReference<>();
        Thread waiting = Thread.startVirtualThread(() -> second.set(turns.begin("a")));
        awaitWaiting(waiting);
        assertThat(second.get()).isNull();
        assertThat(first.lasts()).isTrue();
        first.end();
        awaitEnd(waiting);
        assertThat(first.lasts()).isFalse();
        assertThat(second.get().lasts()).isTrue();
    }

    @Test
    void oneLooksAtATime() {
        AtomicInteger looking = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(Thread.startVirtualThread(() -> {
                pass(go);
                Turns.Turn turn = turns.begin("a");
                most.accumulateAndGet(looking.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1_000_000);
                looking.decrementAndGet();
                turn.end();
            }));
        }
        go.countDown();
        all.forEach(TurnsTest::awaitEnd);
        assertThat(most).hasValue(1);
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoWantsAnotherSessionDoesNotWait() {
        Turns.Turn first = turns.begin("a");
        Turns.Turn other = turns.begin("b");
        assertThat(first.lasts()).isTrue();
        assertThat(other.lasts()).isTrue();
    }

    @Test
    void whoGaveUpWaitingEndsNobodyElsesTurn() {
        Turns.Turn owner = impatient.begin("a");
        Turns.Turn gaveUp = impatient.begin("a");
        assertThat(gaveUp.lasts()).isFalse();
        gaveUp.end();
        assertThat(owner.lasts()).isTrue();
        assertThat(impatient.begin("a").lasts()).isFalse();
        owner.end();
        Turns.Turn next = impatient.begin("a");
        assertThat(next.lasts()).isTrue();
        // Said once more, it still ends nothing but what was its own.
        owner.end();
        gaveUp.end();
        assertThat(next.lasts()).isTrue();
    }

    @Test
    void whoDoesNotWantItWaitsWhatBecomesOfItToo() {
        turns.await("a");
        Turns.Turn owner = turns.begin("a");
        Thread waiting = Thread.startVirtualThread(() -> turns.await("a"));
        awaitWaiting(waiting);
        owner.end();
        awaitEnd(waiting);
        assertThat(turns.begin("a").lasts()).isTrue();
        impatient.begin("b");
        impatient.await("b");
    }

    @Test
    void interruptedWaitIsGivenUpAndSaid() {
        turns.begin("a");
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread waiting = Thread.startVirtualThread(() -> {
            turns.begin("a").end();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        awaitWaiting(waiting);
        waiting.interrupt();
        awaitEnd(waiting);
        assertThat(interrupted).hasValue(true);
    }
}
