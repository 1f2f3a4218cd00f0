package dev.roost.server.forward;

import java.util.concurrent.locks.LockSupport;

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

    boolean isOwnerReady() {
        return owner;
    }

    /** Waits; returns early if the thread is interrupted. */
    void await() {
        while (!owner && !client && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
    }
}
