package dev.roost.server;

import static dev.roost.server.Setting.duration;
import static dev.roost.server.Setting.number;

import java.time.Duration;

/**
 * The keys under {@code socketio.limits.}: what one client may cost.
 *
 * <p>Spec: security 1.
 */
public final class LimitSettings {
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofDays(1);

    /** From the start of a connection, or of a request, to a complete HTTP head. */
    public static final Setting<Duration> HANDSHAKE_TIMEOUT =
            duration("limits.handshake-timeout", Duration.ofSeconds(10), SHORT, DAY);
    /** From the head of a POST to the end of its body. */
    public static final Setting<Duration> BODY_TIMEOUT =
            duration("limits.body-timeout", Duration.ofSeconds(30), SHORT, DAY);
    /** Bytes of a request line. */
    public static final Setting<Integer> MAX_QUERY_LENGTH = number("limits.max-query-length", 4096, 256, 1 << 20);
    /** Bytes of all headers of a request. */
    public static final Setting<Integer> MAX_HEADERS_SIZE = number("limits.max-headers-size", 16_384, 1024, 1 << 20);
    /** Sessions at once; 0 takes 80 % of the open files the process may have. */
    public static final Setting<Integer> MAX_CONNECTIONS = number("limits.max-connections", 0, 0, Integer.MAX_VALUE);
    /** Sessions of one address at once; 0 is no limit. */
    public static final Setting<Integer> MAX_CONNECTIONS_PER_IP =
            number("limits.max-connections-per-ip", 0, 0, Integer.MAX_VALUE);
    /** New sessions a second, twice as many at once; 0 is no limit. */
    public static final Setting<Integer> HANDSHAKE_RATE = number("limits.handshake-rate", 10_000, 0, 1_000_000);
    /** From the first to the last fragment of a WebSocket message. */
    public static final Setting<Duration> MAX_MESSAGE_TIME =
            duration("limits.max-message-time", Duration.ofSeconds(30), SHORT, DAY);
    /** How long a client may take no byte of what waits for it. */
    public static final Setting<Duration> WRITE_TIMEOUT =
            duration("limits.write-timeout", Duration.ofSeconds(20), SHORT, DAY);

    private LimitSettings() {}
}
