package dev.roost.demo;

import dev.roost.core.namespace.EventRefused;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets a burst through and then so many a second. Confined to the mailbox of one socket.
 *
 * <p>A bucket of permits: full at first, refilled as time goes by, never beyond the burst.
 */
final class RateLimit {
    private final int burst;
    private final long nanosPerPermit;
    private final LongSupplier nanoTime;
    private long emptyAt;

    RateLimit(int burst, Duration perPermit, LongSupplier nanoTime) {
        this.burst = burst;
        this.nanosPerPermit = perPermit.toNanos();
        this.nanoTime = nanoTime;
        this.emptyAt = nanoTime.getAsLong() - burst * nanosPerPermit;
    }

    /** Takes a permit, or refuses the event. */
    void take() {
        long now = nanoTime.getAsLong();
        // The bucket holds (now - emptyAt) / nanosPerPermit permits.
        emptyAt = Math.max(emptyAt, now - burst * nanosPerPermit);
        if (now - emptyAt < nanosPerPermit) {
            throw new EventRefused("Slow down a little, please.");
        }
        emptyAt += nanosPerPermit;
    }
}
