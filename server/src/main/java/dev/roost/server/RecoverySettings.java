package dev.roost.server;

import static dev.roost.server.Setting.duration;
import static dev.roost.server.Setting.flag;
import static dev.roost.server.Setting.number;
import static dev.roost.server.Setting.size;

import dev.roost.core.namespace.ConnectionStateRecovery;
import java.time.Duration;
import java.util.Optional;

/**
 * The keys under {@code socketio.connection-state-recovery.}: how a client whose connection broke may come back.
 *
 * <p>Spec: socket-io 12, features R01 and R06, security 1.
 */
public final class RecoverySettings {
    private static final String GROUP = "connection-state-recovery.";
    private static final ConnectionStateRecovery DEFAULTS = ConnectionStateRecovery.defaults();

    /** Whether clients may come back at all. */
    public static final Setting<Boolean> RECOVERY_ENABLED = flag(GROUP + "enabled", false);
    /** How long a client may be away. */
    public static final Setting<Duration> RECOVERY_MAX_DISCONNECTION_DURATION = duration(
            GROUP + "max-disconnection-duration",
            DEFAULTS.maxDisconnectionDuration(),
            Duration.ofMillis(100),
            Duration.ofDays(1));
    /** Whether a client that comes back is let in without asking the middlewares again. */
    public static final Setting<Boolean> RECOVERY_SKIP_MIDDLEWARES =
            flag(GROUP + "skip-middlewares", DEFAULTS.skipMiddlewares());
    /** Clients that may be away at once. */
    public static final Setting<Integer> RECOVERY_MAX_SESSIONS =
            number(GROUP + "max-sessions", DEFAULTS.maxSessions(), 1, Integer.MAX_VALUE);
    /** Bytes of their sessions and of the events kept for them; 0 takes 256 MiB or 15 % of the heap. */
    public static final Setting<Long> RECOVERY_MAX_BYTES = size(GROUP + "max-bytes", 0, 0, Long.MAX_VALUE / 2);
    /** Events kept of one namespace. */
    public static final Setting<Integer> RECOVERY_MAX_PACKETS =
            number(GROUP + "max-packets", DEFAULTS.maxPackets(), 1, 100_000_000);
    /** Bytes of one session, the application's data among them. */
    public static final Setting<Long> RECOVERY_MAX_SESSION_BYTES =
            size(GROUP + "max-session-bytes", DEFAULTS.maxSessionBytes(), 1, Integer.MAX_VALUE);

    private RecoverySettings() {}

    /** What these settings mean to the Socket.IO layer. */
    static Optional<ConnectionStateRecovery> recovery(SocketIoConfig config) {
        if (!config.get(RECOVERY_ENABLED)) {
            return Optional.empty();
        }
        long bytes = config.get(RECOVERY_MAX_BYTES);
        return Optional.of(new ConnectionStateRecovery(
                config.get(RECOVERY_MAX_DISCONNECTION_DURATION),
                config.get(RECOVERY_SKIP_MIDDLEWARES),
                config.get(RECOVERY_MAX_SESSIONS),
                bytes == 0 ? DEFAULTS.maxBytes() : bytes,
                config.get(RECOVERY_MAX_PACKETS),
                config.get(RECOVERY_MAX_SESSION_BYTES)));
    }
}
