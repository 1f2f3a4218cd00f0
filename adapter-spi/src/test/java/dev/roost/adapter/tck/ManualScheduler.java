package dev.roost.adapter.tck;

import dev.roost.adapter.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until told to go on. Thread-safe: guarded by its own lock.
 *
 * <p>Tasks run on the thread that calls {@link #advance}, in the order of their times and, at one time, in the order
 * they were scheduled.
 */
public final class ManualScheduler implements Scheduler {
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private long now;
    private long scheduled;

    /** A clock that starts at zero. */
    public ManualScheduler() {}

    private record Task(Runnable action, long due, long number) {}

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer schedule(Runnable action, Duration delay) {
        lock.lock();
        try {
            Task task = new Task(action, now + Math.max(0, delay.toNanos()), scheduled++);
            tasks.add(task);
            return () -> cancel(task);
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass, running what becomes due, also what that schedules in turn. */
    public void advance(Duration time) {
        long end = nanoTime() + time.toNanos();
        for (Task task = nextUntil(end); task != null; task = nextUntil(end)) {
            task.action().run();
        }
    }

    /** Returns how many tasks wait for their time. */
    public int pending() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Task nextUntil(long end) {
        lock.lock();
        try {
            Task next = tasks.peek();
            if (next == null || next.due() > end) {
                now = end;
                return null;
            }
            now = Math.max(now, next.due());
            return tasks.remove();
        } finally {
            lock.unlock();
        }
    }

    private boolean cancel(Task task) {
        lock.lock();
        try {
            return tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }
}
