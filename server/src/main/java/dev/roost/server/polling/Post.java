package dev.roost.server.polling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A POST under way: its body is read, then its packets are dispatched.
 *
 * <pre>
 * READING     → DISPATCHING   the body is complete
 * READING     → REFUSED       the rest of the body is thrown away
 * READING     → ABORTED       another POST came, the session ended, or the body took too long
 * REFUSED     → ABORTED       the rest took too long
 * DISPATCHING → DISPATCHING   an abort comes too late: packets are never dispatched by half
 * </pre>
 *
 * <p>Thread-safe: guarded by its own lock.
 */
final class Post {
    private enum Phase {
        READING,
        REFUSED,
        DISPATCHING,
        ABORTED
    }

    private final Thread thread = Thread.currentThread();
    private final long started = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Phase phase = Phase.READING;

    /** The body is complete; returns false if the POST was aborted before. */
    boolean bodyComplete() {
        lock.lock();
        try {
            if (phase == Phase.ABORTED) {
                return false;
            }
            phase = Phase.DISPATCHING;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The body is not wanted; the end of the session must not cut off the answer that says so. */
    void refused() {
        lock.lock();
        try {
            if (phase == Phase.READING) {
                phase = Phase.REFUSED;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Breaks off reading, which closes the connection; does nothing once the body is complete, or refused. */
    void abort() {
        interruptIn(Phase.READING);
    }

    /** As {@link #abort}, because it took too long. */
    void expire() {
        interruptIn(Phase.READING);
        interruptIn(Phase.REFUSED);
    }

    private void interruptIn(Phase expected) {
        lock.lock();
        try {
            if (phase == expected) {
                phase = Phase.ABORTED;
                // Under the lock, lest the interrupt hits what the thread does next.
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The thread that serves it. */
    Thread thread() {
        return thread;
    }

    /** Nanoseconds since it began. */
    long age(long nanoTime) {
        return nanoTime - started;
    }
}
