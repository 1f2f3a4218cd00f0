package dev.roost.core.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose time and turns a test moves by hand.
 *
 * <p>The test's thread is the loop's thread, save inside {@link #outside}. Time starts just before the clock wraps
 * around, so code that compares instead of subtracting fails.
 *
 * <p>Tasks and timers may come from any thread, such as one that runs a handler; they run when the test says so. The
 * rest is confined to the test's thread.
 */
public final class ManualLoop implements SessionLoop {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread owner = Thread.currentThread();
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Deque<Runnable> endOfTurn = new ArrayDeque<>();
    private final List<ManualTimer> timers = new CopyOnWriteArrayList<>();
    private volatile long now = Long.MAX_VALUE - Duration.ofSeconds(15).toNanos();
    private boolean inside = true;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void execute(Runnable task, long bytes) {
        tasks.add(task);
    }

    @Override
    public void enqueue(Runnable task, long bytes) {
        tasks.add(task);
    }

    @Override
    public void awaitRoom() {}

    @Override
    public void atEndOfTurn(Runnable task) {
        endOfTurn.add(task);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == owner && inside;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        ManualTimer timer = new ManualTimer(task, now + delay.toNanos());
        timers.add(timer);
        return timer;
    }

    /** Runs code as if on another thread. */
    public void outside(Runnable code) {
        inside = false;
        try {
            code.run();
        } finally {
            inside = true;
        }
    }

    /** Runs turns until nothing is left to do. */
    public void run() {
        while (!tasks.isEmpty() || !endOfTurn.isEmpty()) {
            drain();
        }
    }

    /**
     * Runs turns, with whatever other threads hand over meanwhile, until a condition holds.
     *
     * @return false if it did not come to hold in a generous time
     */
    public boolean runUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            run();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            awaitTask();
        }
    }

    /** Lets time pass, running every timer at its moment. */
    public void advance(Duration time) {
        run();
        long end = now + time.toNanos();
        for (ManualTimer next = firstDue(end); next != null; next = firstDue(end)) {
            now = next.due - now > 0 ? next.due : now;
            timers.remove(next);
            next.task.run();
            run();
        }
        now = end;
    }

    /** Lets milliseconds pass. */
    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /** Number of timers that have neither run nor been taken back. */
    public int timers() {
        return timers.size();
    }

    /** Waits a moment for another thread to hand something over, and runs it. */
    private void awaitTask() {
        try {
            Runnable task = tasks.poll(1, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void drain() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        for (Runnable task = endOfTurn.poll(); task != null; task = endOfTurn.poll()) {
            task.run();
        }
    }

    private @Nullable ManualTimer firstDue(long end) {
        ManualTimer first = null;
        for (ManualTimer timer : timers) {
            if (timer.due - end <= 0 && (first == null || timer.due - first.due < 0)) {
                first = timer;
            }
        }
        return first;
    }

    /** A task that waits for its moment. */
    private final class ManualTimer implements Timer {
        private final Runnable task;
        private final long due;

        ManualTimer(Runnable task, long due) {
            this.task = task;
            this.due = due;
        }

        @Override
        public boolean cancel() {
            return timers.remove(this);
        }
    }
}
