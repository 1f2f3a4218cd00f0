package dev.roost.server.websocket;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of WebSockets. Immutable.
 *
 * <p>Spec: security 1; engine-io 6.
 *
 * @param maxPayloadBytes bytes of one message a client may send
 * @param maxMessageTime from first to last fragment of a message
 * @param writeTimeout without a byte accepted by the client
 * @param closeTimeout for the client's answer to a close frame
 * @param compression how messages are compressed, or null not to
 */
public record WebSocketConfig(
        int maxPayloadBytes,
        Duration maxMessageTime,
        Duration writeTimeout,
        Duration closeTimeout,
        @Nullable Compression compression) {
    /** Default of {@code maxMessageTime}. */
    public static final Duration DEFAULT_MAX_MESSAGE_TIME = Duration.ofSeconds(30);
    /** Default of {@code writeTimeout}. */
    public static final Duration DEFAULT_WRITE_TIMEOUT = Duration.ofSeconds(20);
    /** Default of {@code closeTimeout}. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException with the name, the value and what is allowed
     */
    public WebSocketConfig {
        if (maxPayloadBytes < 1) {
            throw new IllegalArgumentException("maxPayloadBytes must be at least 1 byte, got " + maxPayloadBytes);
        }
        checkPositive("maxMessageTime", maxMessageTime);
        checkPositive("writeTimeout", writeTimeout);
        checkPositive("closeTimeout", closeTimeout);
    }

    /** The defaults for messages of that many bytes, without compression. */
    public static WebSocketConfig of(int maxPayloadBytes) {
        return new WebSocketConfig(
                maxPayloadBytes, DEFAULT_MAX_MESSAGE_TIME, DEFAULT_WRITE_TIMEOUT, DEFAULT_CLOSE_TIMEOUT, null);
    }

    /** These settings with compression for clients that offer it. */
    public WebSocketConfig withCompression(Compression value) {
        return new WebSocketConfig(maxPayloadBytes, maxMessageTime, writeTimeout, closeTimeout, value);
    }

    private static void checkPositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive, got " + value);
        }
    }

    /**
     * How messages are compressed. Immutable.
     *
     * @param thresholdBytes shorter messages are sent as they are
     * @param level of zlib, 1 to 9, or -1 for its default
     */
    public record Compression(int thresholdBytes, int level) {
        /** Threshold of 1024 bytes, zlib's default level. */
        public static final Compression DEFAULT = new Compression(1024, -1);

        /** Checks both values. */
        public Compression {
            if (thresholdBytes < 0) {
                throw new IllegalArgumentException("thresholdBytes must be at least 0 bytes, got " + thresholdBytes);
            }
            if (level == 0 || level < -1 || level > 9) {
                throw new IllegalArgumentException("level must be 1 to 9, or -1, got " + level);
            }
        }
    }
}
