package dev.roost.server;

import java.util.concurrent.locks.LockSupport;

/**
 * How fast a process that ends tells its clients: those that go come back elsewhere, and must not come together.
 *
 * <p>Confined to the thread that stops the server.
 */
final class Pace {
    /** Clients told at once, then a pause. */
    private static final int BATCH = 100;

    private static final long PAUSE_NANOS = 5_000_000;

    private int told;

    /** One more was told; waits if it is the last of a batch. */
    void one() {
        if (++told % BATCH == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
