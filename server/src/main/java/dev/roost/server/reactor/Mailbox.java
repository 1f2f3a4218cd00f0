package dev.roost.server.reactor;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tasks on their way to a loop, in order, bounded in the bytes they keep alive.
 *
 * <p>Who adds over the bound waits until the loop has caught up, unless it is a loop itself. The bound is soft: what is
 * added at the same moment may pass it together.
 *
 * <p>Thread-safe; {@link #run} on the loop only. The lock is taken only when somebody waits.
 */
final class Mailbox {
    private static final long RECHECK_MILLIS = 100;

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final long maxBytes;
    private volatile boolean closed;

    Mailbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    long bytes() {
        return bytes.get();
    }

    void add(Runnable task) {
        tasks.add(task);
    }

    /** Adds a task that keeps bytes alive, without waiting. */
    void add(Runnable task, long taskBytes) {
        bytes.addAndGet(taskBytes);
        tasks.add(new Weighed(task, taskBytes));
    }

    /** Waits while the bound is passed, unless the caller is a loop. */
    void awaitRoom() {
        if (bytes.get() > maxBytes && !LoopThread.isCurrent()) {
            waitForRoom();
        }
    }

    /** Nobody waits any more. */
    void close() {
        closed = true;
        signal();
    }

    /** Runs tasks until there are none, or as many as a turn should have. */
    void run(TurnBudget budget, Consumer<Runnable> runner) {
        long done = 0;
        while (!budget.isSpent(done)) {
            @Nullable Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            if (task instanceof Weighed weighed) {
                done += weighed.bytes;
                runner.accept(weighed.task);
            } else {
                runner.accept(task);
            }
        }
        if (done > 0) {
            bytes.addAndGet(-done);
            if (waiting.get() > 0) {
                signal();
            }
        }
    }

    private void waitForRoom() {
        waiting.incrementAndGet();
        lock.lock();
        try {
            // the time limit repairs a signal that passed between the two looks at `bytes`
            while (bytes.get() > maxBytes && !closed) {
                if (!room.await(RECHECK_MILLIS, TimeUnit.MILLISECONDS) && closed) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    private void signal() {
        lock.lock();
        try {
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A task that keeps bytes alive. Immutable. */
    private record Weighed(Runnable task, long bytes) implements Runnable {
        @Override
        public void run() {
            task.run();
        }
    }
}
