package dev.roost.core.namespace;

import java.time.Duration;

/** Checks how long a caller wants to wait. */
final class Timeouts {
    private Timeouts() {}

    static Duration checked(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout must be longer than nothing, got " + timeout);
        }
        return timeout;
    }
}
