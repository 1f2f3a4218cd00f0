package dev.roost.core.engine;

import dev.roost.adapter.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A moment that may be moved, over at most one timer of the loop.
 *
 * <p>A heartbeat moves its deadline far more often than it passes. Moving it to later costs nothing: the timer that
 * is already under way finds the moment not come yet and waits for the rest. Only moving it to earlier takes the timer
 * back.
 *
 * <p>Confined to the loop.
 */
final class Deadline implements Runnable {
    private final Scheduler scheduler;
    private final Runnable passed;
    private Scheduler.@Nullable Timer timer;
    private long due;
    private long timerDue;

    Deadline(Scheduler scheduler, Runnable passed) {
        this.scheduler = scheduler;
        this.passed = passed;
    }

    /** Sets or moves the moment, in nanoseconds of the scheduler's clock. */
    void set(long dueNanos) {
        due = dueNanos;
        if (timer != null) {
            if (timerDue - due <= 0) {
                return;
            }
            timer.cancel();
        }
        arm();
    }

    /** Takes the moment back. */
    void clear() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** The timer came. */
    @Override
    public void run() {
        // A timer taken back too late still comes: nothing is set then.
        if (timer == null) {
            return;
        }
        timer = null;
        if (scheduler.nanoTime() - due < 0) {
            arm();
        } else {
            passed.run();
        }
    }

    private void arm() {
        timerDue = due;
        timer = scheduler.schedule(this, Duration.ofNanos(Math.max(0, due - scheduler.nanoTime())));
    }
}
