package dev.roost.server;

import static dev.roost.server.Setting.duration;
import static dev.roost.server.Setting.number;
import static dev.roost.server.Setting.size;

import dev.roost.core.namespace.SocketIoOptions;
import dev.roost.core.packet.PacketLimits;
import java.time.Duration;

/**
 * The keys under {@code socketio.limits.}: what one client may cost.
 *
 * <p>Spec: security 1.
 */
public final class LimitSettings {
    private static final Duration SHORT = Duration.ofMillis(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static final SocketIoOptions DEFAULTS = SocketIoOptions.defaults();

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

    /** Requests under way to one other process of the cluster, hanging polls among them. */
    public static final Setting<Integer> MAX_FORWARDED = number("limits.max-forwarded", 20_000, 1, 1_000_000);

    /** Binary attachments of one packet. */
    public static final Setting<Integer> MAX_ATTACHMENTS =
            number("limits.max-attachments", PacketLimits.DEFAULT.maxAttachments(), 0, 1_000);
    /** Bytes of all attachments of one packet; 0 takes {@code max-http-buffer-size}. */
    public static final Setting<Long> MAX_ATTACHMENT_BYTES =
            size("limits.max-attachment-bytes", 0, 0, Integer.MAX_VALUE);
    /** From a packet's text to its last attachment. */
    public static final Setting<Duration> ATTACHMENT_TIMEOUT =
            duration("limits.attachment-timeout", DEFAULTS.attachmentTimeout(), SHORT, DAY);
    /** Arrays and objects inside each other. */
    public static final Setting<Integer> JSON_MAX_DEPTH =
            number("limits.json.max-depth", PacketLimits.DEFAULT.maxDepth(), 1, 1_000);
    /** Characters of one number. */
    public static final Setting<Integer> JSON_MAX_NUMBER_LENGTH =
            number("limits.json.max-number-length", PacketLimits.DEFAULT.maxNumberLength(), 20, 10_000);
    /** Characters of the name of one member of an object. */
    public static final Setting<Integer> JSON_MAX_NAME_LENGTH =
            number("limits.json.max-name-length", PacketLimits.DEFAULT.maxNameLength(), 1, 1_000_000);
    /** Characters of the name of an event. */
    public static final Setting<Integer> MAX_EVENT_NAME_LENGTH =
            number("limits.max-event-name-length", PacketLimits.DEFAULT.maxEventNameLength(), 1, 1_000_000);
    /** Characters of the name of a namespace. */
    public static final Setting<Integer> MAX_NAMESPACE_LENGTH =
            number("limits.max-namespace-length", DEFAULTS.maxNamespaceLength(), 1, 1_000_000);
    /** Namespaces one connection may be in. */
    public static final Setting<Integer> MAX_NAMESPACES_PER_CONNECTION =
            number("limits.max-namespaces-per-connection", DEFAULTS.maxNamespacesPerConnection(), 1, 1_000_000);
    /** Namespaces made by patterns, at once. */
    public static final Setting<Integer> MAX_DYNAMIC_NAMESPACES =
            number("limits.max-dynamic-namespaces", DEFAULTS.maxDynamicNamespaces(), 1, Integer.MAX_VALUE);
    /** Refused attempts to enter a namespace before the connection is closed. */
    public static final Setting<Integer> MAX_CONNECT_ATTEMPTS =
            number("limits.max-connect-attempts", DEFAULTS.maxConnectAttempts(), 1, 1_000_000);
    /** Rooms one socket may be in. */
    public static final Setting<Integer> MAX_ROOMS_PER_SOCKET =
            number("limits.max-rooms-per-socket", DEFAULTS.maxRoomsPerSocket(), 1, Integer.MAX_VALUE);
    /** Characters of the name of a room. */
    public static final Setting<Integer> MAX_ROOM_NAME_LENGTH =
            number("limits.max-room-name-length", DEFAULTS.maxRoomNameLength(), 1, 1_000_000);
    /** Acknowledgements awaited of one socket. */
    public static final Setting<Integer> MAX_PENDING_ACKS =
            number("limits.max-pending-acks", DEFAULTS.maxPendingAcks(), 1, Integer.MAX_VALUE);
    /** How long an acknowledgement is waited for unless the application says otherwise. */
    public static final Setting<Duration> ACK_TIMEOUT =
            duration("limits.ack-timeout", DEFAULTS.ackTimeout(), SHORT, DAY);
    /** What the middlewares of one namespace may take together. */
    public static final Setting<Duration> AUTH_TIMEOUT =
            duration("limits.auth-timeout", DEFAULTS.authTimeout(), SHORT, DAY);
    /** How long other nodes may take to answer. */
    public static final Setting<Duration> REQUEST_TIMEOUT =
            duration("limits.request-timeout", DEFAULTS.requestTimeout(), SHORT, DAY);
    /** Packets that wait for the handlers of one socket before its connection is no longer read. */
    public static final Setting<Integer> INBOUND_PACKETS =
            number("limits.inbound-packets", DEFAULTS.inboundPackets(), 1, 1_000_000);
    /** Bytes of such packets. */
    public static final Setting<Long> INBOUND_BYTES =
            size("limits.inbound-bytes", DEFAULTS.inboundBytes(), 1, Integer.MAX_VALUE);

    private LimitSettings() {}

    /** What these settings mean to the Socket.IO layer. */
    static SocketIoOptions.Builder options(SocketIoConfig config) {
        long payload = config.get(Settings.MAX_HTTP_BUFFER_SIZE);
        long attachments = config.get(MAX_ATTACHMENT_BYTES);
        SocketIoOptions.Builder options = SocketIoOptions.builder();
        RecoverySettings.recovery(config).ifPresent(options::connectionStateRecovery);
        return options.connectTimeout(config.get(Settings.CONNECT_TIMEOUT))
                .authTimeout(config.get(AUTH_TIMEOUT))
                .ackTimeout(config.get(ACK_TIMEOUT))
                .requestTimeout(config.get(REQUEST_TIMEOUT))
                .attachmentTimeout(config.get(ATTACHMENT_TIMEOUT))
                .cleanupEmptyChildNamespaces(config.get(Settings.CLEANUP_EMPTY_CHILD_NAMESPACES))
                .protectIdRooms(config.get(Settings.PROTECT_ID_ROOMS))
                .maxNamespacesPerConnection(config.get(MAX_NAMESPACES_PER_CONNECTION))
                .maxDynamicNamespaces(config.get(MAX_DYNAMIC_NAMESPACES))
                .maxNamespaceLength(config.get(MAX_NAMESPACE_LENGTH))
                .maxConnectAttempts(config.get(MAX_CONNECT_ATTEMPTS))
                .maxRoomsPerSocket(config.get(MAX_ROOMS_PER_SOCKET))
                .maxRoomNameLength(config.get(MAX_ROOM_NAME_LENGTH))
                .maxPendingAcks(config.get(MAX_PENDING_ACKS))
                .inboundPackets(config.get(INBOUND_PACKETS))
                .inboundBytes(config.get(INBOUND_BYTES))
                .inboundBytesWhileWaiting(2 * payload)
                .packetLimits(new PacketLimits(
                        config.get(MAX_ATTACHMENTS),
                        attachments == 0 ? payload : attachments,
                        config.get(JSON_MAX_DEPTH),
                        config.get(JSON_MAX_NUMBER_LENGTH),
                        config.get(JSON_MAX_NAME_LENGTH),
                        config.get(MAX_EVENT_NAME_LENGTH)));
    }
}
