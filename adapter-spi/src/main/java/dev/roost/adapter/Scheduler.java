package dev.roost.adapter;

import java.time.Duration;

/** Deadlines and the monotonic clock; a test passes a manual one. Thread-safe unless an implementation says otherwise. */
public interface Scheduler {
    /** Returns the system's clock, for what has no deadlines: it refuses to schedule. */
    static Scheduler clockOnly() {
        return new ClockOnly();
    }

    /** Returns monotonic time in nanoseconds; only differences mean anything. */
    long nanoTime();

    /**
     * Runs a task once after a delay.
     *
     * <p>The task must be short and must not block: it runs on the scheduler's own thread.
     */
    Timer schedule(Runnable task, Duration delay);

    /** A task that waits for its time. */
    interface Timer {
        /** Takes the task back; true if it will not run and had not run. */
        boolean cancel();
    }
}
