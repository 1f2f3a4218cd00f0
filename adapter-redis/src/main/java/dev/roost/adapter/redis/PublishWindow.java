package dev.roost.adapter.redis;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what was published and not yet confirmed: 64 frames, 4 MiB.
 *
 * <p>Thread-safe: a semaphore. Each frame takes a share of the bytes, small ones as much as a 64th.
 */
final class PublishWindow {
    private static final int BYTES = 4 * 1024 * 1024;
    private static final int FRAMES = 64;

    private final Semaphore bytes = new Semaphore(BYTES);

    /** Waits for room. */
    void enter(int length) throws InterruptedException {
        bytes.acquire(share(length));
    }

    /** Takes room if there is some. */
    boolean tryEnter(int length) {
        return bytes.tryAcquire(share(length));
    }

    /** Waits until all of it is free, for so long at most. */
    void awaitEmpty(Duration time) throws InterruptedException {
        if (bytes.tryAcquire(BYTES, time.toNanos(), TimeUnit.NANOSECONDS)) {
            bytes.release(BYTES);
        }
    }

    /** Gives the room back. */
    void leave(int length) {
        bytes.release(share(length));
    }

    private static int share(int length) {
        return Math.clamp(length, BYTES / FRAMES, BYTES);
    }
}
