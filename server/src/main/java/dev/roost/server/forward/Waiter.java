package dev.roost.server.forward;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A thread that waits for the owner, the client or the end of its patience, whichever comes first.
 *
 * <p>Thread-safe: volatile flags; any thread may wake it.
 */
final class Waiter {
    private final Thread thread = Thread.currentThread();
    private volatile boolean owner;
    private volatile boolean client;

    /** The owner said something or is gone. */
    void ownerReady() {
        owner = true;
        LockSupport.unpark(thread);
    }

    /** The client said something or is gone. */
    void clientReady() {
        client = true;
        LockSupport.unpark(thread);
    }

    /** Has it look whether there is another reason to go on. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** True while neither side has said anything. */
    boolean isQuiet() {
        return !owner && !client;
    }

    /** Waits; returns early for another reason to go on, or if the thread is interrupted. */
    void await(BooleanSupplier reason) {
        while (isQuiet() && !reason.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
    }
}
