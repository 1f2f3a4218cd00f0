package dev.roost.core.namespace;

import dev.roost.core.recovery.RecoveryState;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Ends the connection a client left behind without a word, so that its session is free.
 *
 * <p>Thread-safe: immutable. May block; not for loops. Spec: sec-S13.
 */
final class Takeover {
    /** A socket so young is not replaced: two connections that show one secret at once must not both have it. */
    static final Duration YOUNG = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = 1_000_000;

    private final LongSupplier clock;
    private final Duration patience;

    /**
     * Makes one.
     *
     * @param clock what the age of a socket is measured by
     * @param patience how long a young socket may take to be gone by itself
     */
    Takeover(LongSupplier clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** Ends a connection; false if it may still be in use. */
    boolean end(Socket present) {
        RecoveryState state = present.recoverable();
        if (state == null || isYoung(state) && !awaitGone(present)) {
            return false;
        }
        CountDownLatch over = new CountDownLatch(1);
        present.replaced(over::countDown);
        try {
            return over.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isYoung(RecoveryState state) {
        return clock.getAsLong() - state.connectedAt() < YOUNG.toNanos();
    }

    /** The end of a connection by way of another node comes to the client before it comes here. */
    private boolean awaitGone(Socket young) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!young.gone()) {
            if (deadline - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
