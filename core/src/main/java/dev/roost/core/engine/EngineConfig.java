package dev.roost.core.engine;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an engine. Immutable.
 *
 * <p>Spec: engine-io 12.
 *
 * @param pingInterval pause between two heartbeats
 * @param pingTimeout how long the client may take to answer
 * @param upgradeTimeout from the start of a probe to the move
 * @param maxPayload bytes of one POST body or one WebSocket message; told to clients
 * @param allowUpgrades whether a polling session may move to WebSocket
 * @param allowRevision3 whether clients of protocol revision 3 are served
 * @param transports what a session may use
 * @param outboxMaxBytes bytes that may wait for one client
 * @param outboxOverflow what happens over {@code outboxMaxBytes}
 * @param initialPacket text of a message sent right after the open packet, or null
 */
public record EngineConfig(
        Duration pingInterval,
        Duration pingTimeout,
        Duration upgradeTimeout,
        long maxPayload,
        boolean allowUpgrades,
        boolean allowRevision3,
        List<Transport.Name> transports,
        long outboxMaxBytes,
        OverflowPolicy outboxOverflow,
        @Nullable String initialPacket) {

    /** Default of {@code pingInterval}. */
    public static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(25);
    /** Default of {@code pingTimeout}. */
    public static final Duration DEFAULT_PING_TIMEOUT = Duration.ofSeconds(20);
    /** Default of {@code upgradeTimeout}. */
    public static final Duration DEFAULT_UPGRADE_TIMEOUT = Duration.ofSeconds(10);
    /** Default of {@code maxPayload}. */
    public static final long DEFAULT_MAX_PAYLOAD = 1_000_000;
    /** Default of {@code outboxMaxBytes}. */
    public static final long DEFAULT_OUTBOX_MAX_BYTES = 4L << 20;

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException with the name, the value and what is allowed
     */
    public EngineConfig {
        checkDuration("pingInterval", pingInterval);
        checkDuration("pingTimeout", pingTimeout);
        checkDuration("upgradeTimeout", upgradeTimeout);
        // One message is one Java array.
        checkRange("maxPayload", maxPayload, 1, Integer.MAX_VALUE - 64L);
        checkRange("outboxMaxBytes", outboxMaxBytes, 1, Long.MAX_VALUE / 2);
        transports = List.copyOf(transports);
        if (transports.isEmpty()) {
            throw new IllegalArgumentException(
                    "transports must name at least one of " + EnumSet.allOf(Transport.Name.class) + ", got none");
        }
        if (EnumSet.copyOf(transports).size() != transports.size()) {
            throw new IllegalArgumentException("transports must name each transport once, got " + transports);
        }
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The defaults. */
    public static EngineConfig defaults() {
        return builder().build();
    }

    private static void checkDuration(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be between " + SHORTEST + " and " + LONGEST + ", got " + value);
        }
    }

    private static void checkRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be between " + least + " and " + most + " bytes, got " + value);
        }
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {
        private Duration pingInterval = DEFAULT_PING_INTERVAL;
        private Duration pingTimeout = DEFAULT_PING_TIMEOUT;
        private Duration upgradeTimeout = DEFAULT_UPGRADE_TIMEOUT;
        private long maxPayload = DEFAULT_MAX_PAYLOAD;
        private boolean allowUpgrades = true;
        private boolean allowRevision3;
        private List<Transport.Name> transports = List.of(Transport.Name.POLLING, Transport.Name.WEBSOCKET);
        private long outboxMaxBytes = DEFAULT_OUTBOX_MAX_BYTES;
        private OverflowPolicy outboxOverflow = OverflowPolicy.CLOSE;
        private @Nullable String initialPacket;

        private Builder() {}

        /** Pause between two heartbeats; default 25 s. */
        public Builder pingInterval(Duration value) {
            pingInterval = value;
            return this;
        }

        /** How long the client may take to answer; default 20 s. */
        public Builder pingTimeout(Duration value) {
            pingTimeout = value;
            return this;
        }

        /** From the start of a probe to the move; default 10 s. */
        public Builder upgradeTimeout(Duration value) {
            upgradeTimeout = value;
            return this;
        }

        /** Bytes of one POST body or one WebSocket message; default 1,000,000. */
        public Builder maxPayload(long bytes) {
            maxPayload = bytes;
            return this;
        }

        /** Whether a polling session may move to WebSocket; default true. */
        public Builder allowUpgrades(boolean value) {
            allowUpgrades = value;
            return this;
        }

        /** Whether clients of protocol revision 3 are served; default false. */
        public Builder allowRevision3(boolean value) {
            allowRevision3 = value;
            return this;
        }

        /** What a session may use; default polling and WebSocket. */
        public Builder transports(List<Transport.Name> value) {
            transports = value;
            return this;
        }

        /** Bytes that may wait for one client; default 4 MiB. */
        public Builder outboxMaxBytes(long bytes) {
            outboxMaxBytes = bytes;
            return this;
        }

        /** What happens over {@code outboxMaxBytes}; default {@link OverflowPolicy#CLOSE}. */
        public Builder outboxOverflow(OverflowPolicy value) {
            outboxOverflow = value;
            return this;
        }

        /** Text of a message sent right after the open packet; default none. */
        public Builder initialPacket(@Nullable String value) {
            initialPacket = value;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @throws IllegalArgumentException with the name, the value and what is allowed
         */
        public EngineConfig build() {
            return new EngineConfig(
                    pingInterval,
                    pingTimeout,
                    upgradeTimeout,
                    maxPayload,
                    allowUpgrades,
                    allowRevision3,
                    transports,
                    outboxMaxBytes,
                    outboxOverflow,
                    initialPacket);
        }
    }
}
