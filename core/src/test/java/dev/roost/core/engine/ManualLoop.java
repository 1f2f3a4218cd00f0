package dev.roost.core.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose time and turns a test moves by hand.
 *
 * <p>The test's thread is the loop's thread, save inside {@link #outside}. Time starts just before the clock wraps
 * around, so code that compares instead of subtracting fails. Confined to the test's thread.
 */
public final class ManualLoop implements SessionLoop {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Runnable> endOfTurn = new ArrayDeque<>();
    private final List<ManualTimer> timers = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(15).toNanos();
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
    public void atEndOfTurn(Runnable task) {
        endOfTurn.add(task);
    }

    @Override
    public boolean inLoop() {
        return inside;
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
            drain(tasks);
            drain(endOfTurn);
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

    private static void drain(Deque<Runnable> queue) {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
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

    /** A task that waits for its moment. Confined to the test's thread. */
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
