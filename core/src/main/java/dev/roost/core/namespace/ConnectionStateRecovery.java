package dev.roost.core.namespace;

import java.time.Duration;

/**
 * How a client whose connection broke may come back to its socket, with what it missed. Immutable.
 *
 * <p>Spec: socket-io 12, features R01 and R06, security 1.
 *
 * @param maxDisconnectionDuration how long it may be away
 * @param skipMiddlewares whether a client that comes back is let in without asking the middlewares again
 * @param maxSessions clients that may be away at once
 * @param maxBytes bytes of their sessions and of the events kept for them, half for each
 * @param maxPackets events kept of one namespace, hence the most that are sent again
 * @param maxSessionBytes bytes of one session, the application's data among them
 */
public record ConnectionStateRecovery(
        Duration maxDisconnectionDuration,
        boolean skipMiddlewares,
        int maxSessions,
        long maxBytes,
        int maxPackets,
        long maxSessionBytes) {
    private static final long MOST_BYTES = 256L << 20;
    private static final long HEAP_PERCENT = 15;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException with the name, the value and what is allowed
     */
    public ConnectionStateRecovery {
        if (maxDisconnectionDuration.isNegative() || maxDisconnectionDuration.isZero()) {
            throw new IllegalArgumentException(
                    "maxDisconnectionDuration must be longer than nothing, got " + maxDisconnectionDuration);
        }
        positive("maxSessions", maxSessions);
        positive("maxBytes", maxBytes);
        positive("maxPackets", maxPackets);
        positive("maxSessionBytes", maxSessionBytes);
    }

    /** Two minutes, middlewares run again, 100,000 sessions and packets, 256 MiB or 15 % of the heap, 64 KiB each. */
    public static ConnectionStateRecovery defaults() {
        long heap = Runtime.getRuntime().maxMemory();
        return new ConnectionStateRecovery(
                Duration.ofMinutes(2),
                false,
                100_000,
                Math.min(MOST_BYTES, heap / 100 * HEAP_PERCENT),
                100_000,
                64 << 10);
    }

    /** Returns these settings with another duration. */
    public ConnectionStateRecovery withMaxDisconnectionDuration(Duration value) {
        return new ConnectionStateRecovery(value, skipMiddlewares, maxSessions, maxBytes, maxPackets, maxSessionBytes);
    }

    /** Returns these settings, with the middlewares skipped or not. */
    public ConnectionStateRecovery withSkipMiddlewares(boolean value) {
        return new ConnectionStateRecovery(
                maxDisconnectionDuration, value, maxSessions, maxBytes, maxPackets, maxSessionBytes);
    }

    /** Returns these settings with other limits. */
    public ConnectionStateRecovery withLimits(int sessions, long bytes, int packets, long sessionBytes) {
        return new ConnectionStateRecovery(
                maxDisconnectionDuration, skipMiddlewares, sessions, bytes, packets, sessionBytes);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
    }
}
