package dev.roost.adapter;

import java.time.Duration;

/** The system's clock. Immutable. */
record ClockOnly() implements Scheduler {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        throw new UnsupportedOperationException("this clock schedules nothing");
    }
}
