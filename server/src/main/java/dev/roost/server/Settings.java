package dev.roost.server;

import static dev.roost.server.Setting.choice;
import static dev.roost.server.Setting.duration;
import static dev.roost.server.Setting.flag;
import static dev.roost.server.Setting.number;
import static dev.roost.server.Setting.secret;
import static dev.roost.server.Setting.size;
import static dev.roost.server.Setting.text;
import static dev.roost.server.Setting.texts;

import dev.roost.core.engine.EngineConfig;
import dev.roost.core.engine.OverflowPolicy;
import dev.roost.server.http.Cors;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every key under {@code socketio.} but those of adapters, with type, default and range.
 *
 * <p>Spec: engine-io 12, socket-io 17, security 1.
 */
public final class Settings {
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long LARGEST = Integer.MAX_VALUE - 64L;

    /** Where the server listens for clients. */
    public static final Setting<String> PATH = text(
            "path",
            "/socket.io",
            "an absolute path without query",
            v -> v.length() > 1 && v.startsWith("/") && v.indexOf('?') < 0);
    /** False also serves the path without its last slash. */
    public static final Setting<Boolean> ADD_TRAILING_SLASH = flag("add-trailing-slash", true);
    /** Whether the JavaScript client is served under the path. */
    public static final Setting<Boolean> SERVE_CLIENT = flag("serve-client", true);
    /** Name of the adapter. */
    public static final Setting<String> ADAPTER =
            text("adapter", "memory", "the name of an adapter", v -> !v.isBlank());
    /** Name of the application to run, if several are found. */
    public static final Setting<String> APPLICATION =
            text("application", "", "the name of an application on the class path", v -> true);
    /** Threads that carry WebSockets; 0 takes half the cores. */
    public static final Setting<Integer> REACTORS = number("reactors", 0, 0, 1024);
    /** What a session may use. */
    public static final Setting<List<String>> TRANSPORTS = texts(
            "transports",
            List.of("polling", "websocket"),
            "polling, websocket",
            Set.of("polling", "websocket")::contains);
    /** Whether a polling session may move to WebSocket. */
    public static final Setting<Boolean> ALLOW_UPGRADES = flag("allow-upgrades", true);
    /** Whether clients of protocol revision 3 (Socket.IO 2.x) are served. */
    public static final Setting<Boolean> ALLOW_EIO3 = flag("allow-eio3", false);
    /** Pause between two heartbeats. */
    public static final Setting<Duration> PING_INTERVAL =
            duration("ping-interval", EngineConfig.DEFAULT_PING_INTERVAL, SHORT, DAY);
    /** How long a client may take to answer a heartbeat. */
    public static final Setting<Duration> PING_TIMEOUT =
            duration("ping-timeout", EngineConfig.DEFAULT_PING_TIMEOUT, SHORT, DAY);
    /** From the start of a probe to the move to WebSocket. */
    public static final Setting<Duration> UPGRADE_TIMEOUT =
            duration("upgrade-timeout", EngineConfig.DEFAULT_UPGRADE_TIMEOUT, SHORT, DAY);
    /** From the handshake to the first namespace. */
    public static final Setting<Duration> CONNECT_TIMEOUT =
            duration("connect-timeout", Duration.ofSeconds(45), SHORT, DAY);
    /** Bytes of one POST body or one WebSocket message. */
    public static final Setting<Long> MAX_HTTP_BUFFER_SIZE =
            size("max-http-buffer-size", EngineConfig.DEFAULT_MAX_PAYLOAD, 1, LARGEST);
    /** Text of a message sent right after the open packet. */
    public static final Setting<String> INITIAL_PACKET = text("initial-packet", "", "a text", v -> true);
    /** Whether a namespace made for a pattern goes when its last socket leaves. */
    public static final Setting<Boolean> CLEANUP_EMPTY_CHILD_NAMESPACES = flag("cleanup-empty-child-namespaces", true);
    /** Whether a socket may not join a room whose name has the form of another socket's id. */
    public static final Setting<Boolean> PROTECT_ID_ROOMS = flag("protect-id-rooms", false);
    /** Proxies whose {@code X-Forwarded-*} headers are believed. */
    public static final Setting<List<String>> TRUSTED_PROXIES =
            texts("trusted-proxies", List.of(), "IP addresses, or address/bits", v -> true);

    /** Whether a session id is good for requests from the address of its handshake only. */
    public static final Setting<Boolean> BIND_SID_TO_ADDRESS = flag("bind-sid-to-address", false);

    /** Origins that may talk to the server beside its own host. */
    public static final Setting<List<String>> CORS_ORIGINS =
            texts("cors.origins", List.of(), "scheme://host[:port], null or *", v -> true);
    /** Methods named in a preflight. */
    public static final Setting<List<String>> CORS_METHODS =
            texts("cors.methods", Cors.DEFAULT_METHODS, "HTTP methods", Settings::isToken);
    /** Request headers allowed by a preflight; empty allows what is asked for. */
    public static final Setting<List<String>> CORS_ALLOWED_HEADERS =
            texts("cors.allowed-headers", List.of(), "header names", Settings::isToken);
    /** Response headers a page may read. */
    public static final Setting<List<String>> CORS_EXPOSED_HEADERS =
            texts("cors.exposed-headers", List.of(), "header names", Settings::isToken);
    /** Whether pages may send cookies. */
    public static final Setting<Boolean> CORS_CREDENTIALS = flag("cors.credentials", false);
    /** How long a preflight is good for; zero says nothing. */
    public static final Setting<Duration> CORS_MAX_AGE =
            duration("cors.max-age", Duration.ZERO, Duration.ZERO, Duration.ofDays(7));
    /** Whether the origin of requests is checked. */
    public static final Setting<OriginCheck> CORS_ORIGIN_CHECK = choice("cors.origin-check", OriginCheck.SAME_HOST);

    /** Whether a polling handshake sets a cookie with the session id. */
    public static final Setting<Boolean> COOKIE_ENABLED = flag("cookie.enabled", false);
    /** Name of the cookie. */
    public static final Setting<String> COOKIE_NAME = text("cookie.name", "io", "a cookie name", Settings::isToken);
    /** Path of the cookie; empty leaves the attribute out. */
    public static final Setting<String> COOKIE_PATH = text(
            "cookie.path",
            "/",
            "an absolute path, or nothing",
            v -> v.isEmpty() || v.startsWith("/") && isAttribute(v));
    /** Domain of the cookie; empty leaves the attribute out. */
    public static final Setting<String> COOKIE_DOMAIN =
            text("cookie.domain", "", "a domain, or nothing", Settings::isAttribute);
    /** Life of the cookie; zero makes it a session cookie. */
    public static final Setting<Duration> COOKIE_MAX_AGE =
            duration("cookie.max-age", Duration.ZERO, Duration.ZERO, Duration.ofDays(400));
    /** Whether scripts cannot read the cookie. */
    public static final Setting<Boolean> COOKIE_HTTP_ONLY = flag("cookie.http-only", true);
    /** Whether the cookie is for encrypted connections even when this one is not. */
    public static final Setting<Boolean> COOKIE_SECURE = flag("cookie.secure", false);
    /** Whether the cookie is partitioned. */
    public static final Setting<Boolean> COOKIE_PARTITIONED = flag("cookie.partitioned", false);
    /** Priority of the cookie; empty leaves the attribute out. */
    public static final Setting<String> COOKIE_PRIORITY =
            text("cookie.priority", "", "low, medium, high or nothing", Set.of("", "low", "medium", "high")::contains);
    /** SameSite attribute of the cookie; empty leaves it out. */
    public static final Setting<String> COOKIE_SAME_SITE = text(
            "cookie.same-site",
            "lax",
            "lax, strict, none or nothing",
            v -> Set.of("", "lax", "strict", "none").contains(v.toLowerCase(Locale.ROOT)));

    /** Whether answers to polls are compressed. */
    public static final Setting<Boolean> HTTP_COMPRESSION_ENABLED = flag("http-compression.enabled", true);
    /** From how many bytes on. */
    public static final Setting<Long> HTTP_COMPRESSION_THRESHOLD = size("http-compression.threshold", 1024, 0, LARGEST);
    /** Whether WebSocket messages may be compressed. */
    public static final Setting<Boolean> PER_MESSAGE_DEFLATE_ENABLED = flag("per-message-deflate.enabled", false);
    /** From how many bytes on. */
    public static final Setting<Long> PER_MESSAGE_DEFLATE_THRESHOLD =
            size("per-message-deflate.threshold", 1024, 0, LARGEST);

    /** Level of zlib, or -1 for its default. */
    public static final Setting<Integer> PER_MESSAGE_DEFLATE_LEVEL = number("per-message-deflate.level", -1, -1, 9);

    /** Bytes that may wait for one client. */
    public static final Setting<Long> OUTBOX_MAX_BYTES =
            size("outbox.max-bytes", EngineConfig.DEFAULT_OUTBOX_MAX_BYTES, 1, Long.MAX_VALUE / 2);
    /** What happens over that. */
    public static final Setting<OverflowPolicy> OUTBOX_OVERFLOW = choice("outbox.overflow", OverflowPolicy.CLOSE);

    /** How long a stop may take to say good-bye to every client. */
    public static final Setting<Duration> DRAIN_TIMEOUT =
            duration("drain.timeout", Duration.ofSeconds(20), Duration.ZERO, DAY);
    /** Worker processes of the cluster command; 0 takes the cores. */
    public static final Setting<Integer> CLUSTER_WORKERS = number("cluster.workers", 0, 0, 1024);
    /** Whether the cluster command keeps an archive beside the jar that makes the next start faster. */
    public static final Setting<Boolean> CLUSTER_ARCHIVE = flag("cluster.archive", true);
    /** Where this process listens for other processes of the cluster. */
    public static final Setting<String> CLUSTER_ADDRESS =
            text("cluster.address", "127.0.0.1:0", "host:port", v -> v.lastIndexOf(':') > 0);
    /** What all processes of the cluster share to know each other. */
    public static final Setting<String> CLUSTER_SECRET = secret("cluster.secret", "a text");
    /** Port of the metrics, on loopback. */
    public static final Setting<Integer> MANAGEMENT_PORT = number("management.port", 9464, 0, 65_535);

    /** Every setting, limits among them. */
    public static final List<Setting<?>> ALL =
            SettingTable.of(Settings.class, LimitSettings.class, RecoverySettings.class);

    private Settings() {}

    /** How the origin of requests is checked. */
    public enum OriginCheck {
        /** Same host as the request, or listed. */
        SAME_HOST,
        /** Not at all, as the reference does. */
        OFF
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0);
    }

    private static boolean isAttribute(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ';');
    }
}
