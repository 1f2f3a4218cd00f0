package dev.roost.core.namespace;

import dev.roost.core.packet.JsonBinding;
import dev.roost.core.packet.JsonPacketParser;
import dev.roost.core.packet.PacketLimits;
import dev.roost.core.packet.PacketParser;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the Socket.IO layer. Immutable.
 *
 * <p>Spec: socket-io 17, security 1.
 *
 * @param connectTimeout from the handshake to the first namespace
 * @param authTimeout what middlewares of one namespace may take together
 * @param ackTimeout how long an acknowledgement is waited for unless the caller says otherwise
 * @param requestTimeout how long other nodes may take to answer
 * @param attachmentTimeout from a packet's text to its last attachment
 * @param cleanupEmptyChildNamespaces whether a namespace made by a pattern goes with its last socket
 * @param protectIdRooms whether a socket may not join a room whose name is another socket's id
 * @param maxNamespacesPerConnection namespaces one connection may be in
 * @param maxDynamicNamespaces namespaces made by patterns, at once
 * @param maxNamespaceLength characters of a namespace's name
 * @param maxConnectAttempts refused attempts to enter a namespace before the connection is closed
 * @param maxRoomsPerSocket rooms one socket may be in, its own not counted
 * @param maxRoomNameLength characters of a room's name
 * @param maxPendingAcks acknowledgements awaited of one socket
 * @param inboundPackets packets that wait for the handlers of one socket before its connection is no longer read
 * @param inboundBytes bytes of such packets
 * @param inboundBytesWhileWaiting bytes of such packets while a handler waits for its own client
 * @param packetLimits limits of one packet
 * @param parser wire format of packets; clients must use the same
 * @param binding JSON to Java and back
 * @param recovery how a client whose connection broke may come back; empty if it may not
 */
public record SocketIoOptions(
        Duration connectTimeout,
        Duration authTimeout,
        Duration ackTimeout,
        Duration requestTimeout,
        Duration attachmentTimeout,
        boolean cleanupEmptyChildNamespaces,
        boolean protectIdRooms,
        int maxNamespacesPerConnection,
        int maxDynamicNamespaces,
        int maxNamespaceLength,
        int maxConnectAttempts,
        int maxRoomsPerSocket,
        int maxRoomNameLength,
        int maxPendingAcks,
        int inboundPackets,
        long inboundBytes,
        long inboundBytesWhileWaiting,
        PacketLimits packetLimits,
        PacketParser parser,
        JsonBinding binding,
        Optional<ConnectionStateRecovery> recovery) {

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException with the name, the value and what is allowed
     */
    public SocketIoOptions {
        positive("connectTimeout", connectTimeout);
        positive("authTimeout", authTimeout);
        positive("ackTimeout", ackTimeout);
        positive("requestTimeout", requestTimeout);
        positive("attachmentTimeout", attachmentTimeout);
        positive("maxNamespacesPerConnection", maxNamespacesPerConnection);
        positive("maxDynamicNamespaces", maxDynamicNamespaces);
        positive("maxNamespaceLength", maxNamespaceLength);
        positive("maxConnectAttempts", maxConnectAttempts);
        positive("maxRoomsPerSocket", maxRoomsPerSocket);
        positive("maxRoomNameLength", maxRoomNameLength);
        positive("maxPendingAcks", maxPendingAcks);
        positive("inboundPackets", inboundPackets);
        positive("inboundBytes", inboundBytes);
        positive("inboundBytesWhileWaiting", inboundBytesWhileWaiting);
    }

    /** The defaults. */
    public static SocketIoOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than nothing, got " + value);
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
    }

    /** Collects settings. Confined to one thread. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(45);
        private Duration authTimeout = Duration.ofSeconds(10);
        private Duration ackTimeout = Duration.ofSeconds(30);
        private Duration requestTimeout = Duration.ofSeconds(5);
        private Duration attachmentTimeout = Duration.ofSeconds(10);
        private boolean cleanupEmptyChildNamespaces = true;
        private boolean protectIdRooms;
        private int maxNamespacesPerConnection = 64;
        private int maxDynamicNamespaces = 10_000;
        private int maxNamespaceLength = 512;
        private int maxConnectAttempts = 20;
        private int maxRoomsPerSocket = 1_000;
        private int maxRoomNameLength = 512;
        private int maxPendingAcks = 10_000;
        private int inboundPackets = 1_024;
        private long inboundBytes = 1 << 20;
        private long inboundBytesWhileWaiting = 2_000_000;
        private PacketLimits packetLimits = PacketLimits.DEFAULT;
        private PacketParser parser = new JsonPacketParser();
        private JsonBinding binding = JsonBinding.defaults();
        private Optional<ConnectionStateRecovery> recovery = Optional.empty();

        private Builder() {}

        /** From the handshake to the first namespace; default 45 s. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** What middlewares of one namespace may take together; default 10 s. */
        public Builder authTimeout(Duration value) {
            authTimeout = value;
            return this;
        }

        /** How long an acknowledgement is waited for unless the caller says otherwise; default 30 s. */
        public Builder ackTimeout(Duration value) {
            ackTimeout = value;
            return this;
        }

        /** How long other nodes may take to answer; default 5 s. */
        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        /** From a packet's text to its last attachment; default 10 s. */
        public Builder attachmentTimeout(Duration value) {
            attachmentTimeout = value;
            return this;
        }

        /** Whether a namespace made by a pattern goes with its last socket; default true. */
        public Builder cleanupEmptyChildNamespaces(boolean value) {
            cleanupEmptyChildNamespaces = value;
            return this;
        }

        /** Namespaces one connection may be in; default 64. */
        public Builder maxNamespacesPerConnection(int value) {
            maxNamespacesPerConnection = value;
            return this;
        }

        /** Namespaces made by patterns, at once; default 10,000. */
        public Builder maxDynamicNamespaces(int value) {
            maxDynamicNamespaces = value;
            return this;
        }

        /** Characters of a namespace's name; default 512. */
        public Builder maxNamespaceLength(int value) {
            maxNamespaceLength = value;
            return this;
        }

        /** Refused attempts to enter a namespace before the connection is closed; default 20. */
        public Builder maxConnectAttempts(int value) {
            maxConnectAttempts = value;
            return this;
        }

        /** Rooms one socket may be in; default 1,000. */
        public Builder maxRoomsPerSocket(int value) {
            maxRoomsPerSocket = value;
            return this;
        }

        /** Characters of a room's name; default 512. */
        public Builder maxRoomNameLength(int value) {
            maxRoomNameLength = value;
            return this;
        }

        /** Acknowledgements awaited of one socket; default 10,000. */
        public Builder maxPendingAcks(int value) {
            maxPendingAcks = value;
            return this;
        }

        /** Packets that wait for the handlers of one socket; default 1,024. */
        public Builder inboundPackets(int value) {
            inboundPackets = value;
            return this;
        }

        /** Bytes that wait for the handlers of one socket; default 1 MiB. */
        public Builder inboundBytes(long value) {
            inboundBytes = value;
            return this;
        }

        /** The same while a handler waits for its own client; default 2,000,000. */
        public Builder inboundBytesWhileWaiting(long value) {
            inboundBytesWhileWaiting = value;
            return this;
        }

        /** Limits of one packet. */
        public Builder packetLimits(PacketLimits value) {
            packetLimits = value;
            return this;
        }

        /** Whether a socket may not join a room whose name has the form of another socket's id; default it may. */
        public Builder protectIdRooms(boolean value) {
            protectIdRooms = value;
            return this;
        }

        /** Wire format of packets; default the standard one. */
        public Builder parser(PacketParser value) {
            parser = value;
            return this;
        }

        /** JSON to Java and back. */
        public Builder binding(JsonBinding value) {
            binding = value;
            return this;
        }

        /** Lets clients whose connection broke come back to their socket; default they do not. */
        public Builder connectionStateRecovery(ConnectionStateRecovery value) {
            recovery = Optional.of(value);
            return this;
        }

        /**
         * Makes the settings.
         *
         * @throws IllegalArgumentException with the name, the value and what is allowed
         */
        public SocketIoOptions build() {
            return new SocketIoOptions(
                    connectTimeout,
                    authTimeout,
                    ackTimeout,
                    requestTimeout,
                    attachmentTimeout,
                    cleanupEmptyChildNamespaces,
                    protectIdRooms,
                    maxNamespacesPerConnection,
                    maxDynamicNamespaces,
                    maxNamespaceLength,
                    maxConnectAttempts,
                    maxRoomsPerSocket,
                    maxRoomNameLength,
                    maxPendingAcks,
                    inboundPackets,
                    inboundBytes,
                    inboundBytesWhileWaiting,
                    packetLimits,
                    parser,
                    binding,
                    recovery);
        }
    }
}
