package dev.roost.server.launch;

import java.time.Duration;

/** How long to wait before a worker is replaced: 100 ms, doubling to 30 s. Confined to one thread. */
final class BackOff {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Duration next = FIRST;

    /** Returns the wait before the next attempt, and makes the one after it longer. */
    Duration next() {
        Duration wait = next;
        Duration twice = wait.multipliedBy(2);
        next = twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
        return wait;
    }

    /** The last attempt did well. */
    void reset() {
        next = FIRST;
    }
}
