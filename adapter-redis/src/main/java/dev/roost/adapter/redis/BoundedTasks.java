package dev.roost.adapter.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tasks done one after the other on a virtual thread that lives while there are any, bounded by their weight.
 *
 * <p>Thread-safe: guarded by its own lock.
 */
final class BoundedTasks {
    /** Bytes counted for the objects around a task. */
    private static final int OVERHEAD = 64;

    private record Task(Runnable action, long weight) {}

    private final String name;
    private final long maxBytes;
    private final Consumer<Throwable> onFailure;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private @Nullable Thread runner;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * Makes an empty queue.
     *
     * @param onFailure told what a task throws; the next is done all the same
     */
    BoundedTasks(String name, long maxBytes, Consumer<Throwable> onFailure) {
        this.name = name;
        this.maxBytes = maxBytes;
        this.onFailure = onFailure;
    }

    /** Adds a task without waiting; false if there is no room. */
    boolean offer(int weight, Runnable action) {
        long all = (long) weight + OVERHEAD;
        lock.lock();
        try {
            if (bytes > 0 && bytes + all > maxBytes) {
                return false;
            }
            add(new Task(action, all));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a task; there is always room for the few that are no messages. */
    void post(Runnable action) {
        lock.lock();
        try {
            add(new Task(action, 0));
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more tasks; those there are get some time, then they are dropped. */
    void close(Duration time) {
        Thread late;
        lock.lock();
        try {
            closed = true;
            late = awaitIdle(time.toNanos());
            tasks.clear();
        } finally {
            lock.unlock();
        }
        if (late != null) {
            late.interrupt();
        }
    }

    /** Returns the thread that has not come to its end, if any. */
    @GuardedBy("lock")
    private @Nullable Thread awaitIdle(long nanos) {
        long left = nanos;
        try {
            while (runner != null && runner != Thread.currentThread() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return runner == Thread.currentThread() ? null : runner;
    }

    @GuardedBy("lock")
    private void add(Task task) {
        if (closed) {
            return;
        }
        bytes += task.weight();
        tasks.add(task);
        if (runner == null) {
            runner = Thread.ofVirtual().name(name).start(this::run);
        }
    }

    private void run() {
        for (Task task = next(null); task != null; task = next(task)) {
            try {
                task.action().run();
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                onFailure.accept(e);
            }
        }
    }

    private @Nullable Task next(@Nullable Task done) {
        lock.lock();
        try {
            bytes -= done == null ? 0 : done.weight();
            Task task = tasks.poll();
            if (task == null) {
                runner = null;
                idle.signalAll();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }
}
