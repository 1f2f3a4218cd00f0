package dev.roost.server.polling;

import dev.roost.core.engine.OutboundMessage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A GET that waits for something to send.
 *
 * <p>Thread-safe: its fields are volatile, but for what only the waiting thread reads; any thread may wake it.
 */
final class Poll {
    private final Thread thread = Thread.currentThread();
    private volatile boolean ready;
    private volatile boolean readable;
    private boolean interrupted;
    private volatile @Nullable OutboundMessage last;

    /** Says that the session has something to take. */
    void wake() {
        ready = true;
        LockSupport.unpark(thread);
    }

    /** Ends the wait: this is the last packet of the answer. */
    void end(OutboundMessage packet) {
        last = packet;
        LockSupport.unpark(thread);
    }

    /** The client sent something, or closed the connection. */
    void connectionReadable() {
        readable = true;
        LockSupport.unpark(thread);
    }

    /** Before looking for something to take, so that a wake-up after the look is not lost. */
    void aboutToLook() {
        ready = false;
    }

    /** Waits for {@link #wake} or {@link #end}; returns false if the time passed first. */
    boolean await(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!ready && last == null && !interrupted) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
            interrupted = Thread.currentThread().isInterrupted();
        }
        return true;
    }

    /** As {@link #await}, but {@link #connectionReadable} ends the wait too. */
    void awaitReadable(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!ready && last == null && !readable && !interrupted && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, deadline - System.nanoTime());
            interrupted = Thread.currentThread().isInterrupted();
        }
    }

    /** True if the thread was told to stop, which Helidon does when the server is over. */
    boolean isInterrupted() {
        return interrupted;
    }

    @Nullable
    OutboundMessage last() {
        return last;
    }
}
