package dev.roost.adapter.cluster;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.ClusterMessage.Apply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of {@link ClusterMessage}: one type byte and its fields. Pure.
 *
 * <p>Bytes after the last field are ignored, so that a later version can add fields; an unknown type is no error.
 */
final class ClusterMessageCodec {
    private static final int BROADCAST = 1;
    private static final int JOIN = 2;
    private static final int LEAVE = 3;
    private static final int DISCONNECT = 4;
    private static final int SERVER_SIDE_EMIT = 5;
    private static final int BROADCAST_REQUEST = 6;
    private static final int FETCH_REQUEST = 7;
    private static final int SERVER_SIDE_REQUEST = 8;
    private static final int CLIENT_COUNT = 9;
    private static final int CLIENT_ACK = 10;
    private static final int CLIENTS_GONE = 11;
    private static final int SOCKETS = 12;
    private static final int SERVER_SIDE_ANSWER = 13;
    private static final int HELLO = 14;
    private static final int HEARTBEAT = 15;
    private static final int BYE = 16;
    private static final int FRAGMENT = 17;
    private static final int ANNOUNCEMENT = 18;
    private static final int CLAIM_REQUEST = 19;
    private static final int CLAIM_ANSWER = 20;
    private static final int HANDOVER_REQUEST = 21;
    private static final int HANDOVER_ANSWER = 22;

    private static final int VOLATILE = 1;
    private static final int COMPRESS = 2;
    private static final int LOCAL = 4;

    /** A day; the longest deadline a node takes over from another. */
    private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

    private ClusterMessageCodec() {}

    static void encode(ClusterMessage message, ByteWriter out) {
        switch (message) {
            case Apply(Command command) -> encode(command, out);
            case ClusterMessage.BroadcastRequest m -> {
                type(BROADCAST_REQUEST, m.request(), out);
                out.varint(millis(m.timeout()));
                out.string(m.broadcast().namespace());
                selection(m.broadcast().selection(), out);
                payload(m.broadcast().arguments(), out);
            }
            case ClusterMessage.FetchRequest m -> {
                type(FETCH_REQUEST, m.request(), out);
                out.string(m.namespace());
                selection(m.selection(), out);
            }
            case ClusterMessage.ServerSideRequest m -> {
                type(SERVER_SIDE_REQUEST, m.request(), out);
                out.string(m.emit().namespace());
                payload(m.emit().arguments(), out);
            }
            case ClusterMessage.ClientCount m -> {
                type(CLIENT_COUNT, m.request(), out);
                out.varint(m.clients());
            }
            case ClusterMessage.ClientAck m -> {
                type(CLIENT_ACK, m.request(), out);
                payload(m.value(), out);
            }
            case ClusterMessage.ClientsGone m -> {
                type(CLIENTS_GONE, m.request(), out);
                out.varint(m.clients());
            }
            case ClusterMessage.Sockets m -> sockets(m, out);
            case ClusterMessage.ServerSideAnswer m -> {
                type(SERVER_SIDE_ANSWER, m.request(), out);
                payload(m.value(), out);
            }
            case ClusterMessage.Announcement m -> {
                out.u8(ANNOUNCEMENT);
                out.string(m.namespace());
                out.varint(m.number());
            }
            case ClusterMessage.ClaimRequest m -> {
                type(CLAIM_REQUEST, m.request(), out);
                SavedSessionCodec.claim(m.claim(), out);
            }
            case ClusterMessage.ClaimAnswer m -> {
                type(CLAIM_ANSWER, m.request(), out);
                out.u8(m.session().isPresent() ? 1 : 0);
                m.session().ifPresent(session -> SavedSessionCodec.session(session, out));
            }
            case ClusterMessage.HandoverRequest m -> {
                type(HANDOVER_REQUEST, m.request(), out);
                SavedSessionCodec.handovers(m.sessions(), out);
            }
            case ClusterMessage.HandoverAnswer m -> {
                type(HANDOVER_ANSWER, m.request(), out);
                out.u8(m.taken() ? 1 : 0);
            }
            case ClusterMessage.Hello m -> {
                out.u8(HELLO);
                descriptor(m.node(), out);
            }
            case ClusterMessage.Heartbeat m -> {
                out.u8(HEARTBEAT);
                descriptor(m.node(), out);
            }
            case ClusterMessage.Bye m -> out.u8(BYE);
            case ClusterMessage.Fragment m -> {
                type(FRAGMENT, m.group(), out);
                out.varint(m.index());
                out.varint(m.total());
                out.raw(m.part(), 0, m.part().length);
            }
        }
    }

    /**
     * Reads one message.
     *
     * @param origin the node whose frame it came in, from the frame's header
     * @param epoch start time of that node, from the same place
     * @return null when its type is unknown
     */
    static @Nullable ClusterMessage decode(ByteReader in, NodeId origin, long epoch) throws FrameFormatException {
        return switch (in.u8()) {
            case BROADCAST -> new Apply(numbered(broadcast(in), in));
            case JOIN -> new Apply(new Command.Join(in.string(), selection(in), strings(in)));
            case LEAVE -> new Apply(new Command.Leave(in.string(), selection(in), strings(in)));
            case DISCONNECT -> new Apply(new Command.Disconnect(in.string(), selection(in), in.u8() != 0));
            case SERVER_SIDE_EMIT -> new Apply(new Command.ServerSideEmit(in.string(), payload(in)));
            case BROADCAST_REQUEST ->
                new ClusterMessage.BroadcastRequest(
                        in.u64(), Duration.ofMillis(Math.min(in.varint(), MAX_TIMEOUT_MILLIS)), broadcast(in));
            case FETCH_REQUEST -> new ClusterMessage.FetchRequest(in.u64(), in.string(), selection(in));
            case SERVER_SIDE_REQUEST ->
                new ClusterMessage.ServerSideRequest(in.u64(), new Command.ServerSideEmit(in.string(), payload(in)));
            case CLIENT_COUNT -> new ClusterMessage.ClientCount(in.u64(), in.smallVarint());
            case CLIENT_ACK -> new ClusterMessage.ClientAck(in.u64(), payload(in));
            case CLIENTS_GONE -> new ClusterMessage.ClientsGone(in.u64(), in.smallVarint());
            case SOCKETS -> sockets(in, origin);
            case SERVER_SIDE_ANSWER -> new ClusterMessage.ServerSideAnswer(in.u64(), payload(in));
            case ANNOUNCEMENT -> new ClusterMessage.Announcement(in.string(), in.varint());
            case CLAIM_REQUEST -> new ClusterMessage.ClaimRequest(in.u64(), SavedSessionCodec.claim(in));
            case CLAIM_ANSWER ->
                new ClusterMessage.ClaimAnswer(
                        in.u64(), in.u8() == 0 ? Optional.empty() : Optional.of(SavedSessionCodec.session(in)));
            case HANDOVER_REQUEST -> new ClusterMessage.HandoverRequest(in.u64(), SavedSessionCodec.handovers(in));
            case HANDOVER_ANSWER -> new ClusterMessage.HandoverAnswer(in.u64(), in.u8() != 0);
            case HELLO -> new ClusterMessage.Hello(new NodeDescriptor(origin, epoch, in.string(), in.string()));
            case HEARTBEAT -> new ClusterMessage.Heartbeat(new NodeDescriptor(origin, epoch, in.string(), in.string()));
            case BYE -> new ClusterMessage.Bye();
            case FRAGMENT -> new ClusterMessage.Fragment(in.u64(), in.smallVarint(), in.smallVarint(), in.rest());
            default -> null;
        };
    }

    private static void encode(Command command, ByteWriter out) {
        switch (command) {
            case Command.Broadcast c -> {
                out.u8(BROADCAST);
                out.string(c.namespace());
                selection(c.selection(), out);
                payload(c.arguments(), out);
                if (c.number() > 0) {
                    out.varint(c.number());
                }
            }
            case Command.Join c -> {
                out.u8(JOIN);
                out.string(c.namespace());
                selection(c.selection(), out);
                strings(c.rooms(), out);
            }
            case Command.Leave c -> {
                out.u8(LEAVE);
                out.string(c.namespace());
                selection(c.selection(), out);
                strings(c.rooms(), out);
            }
            case Command.Disconnect c -> {
                out.u8(DISCONNECT);
                out.string(c.namespace());
                selection(c.selection(), out);
                out.u8(c.close() ? 1 : 0);
            }
            case Command.ServerSideEmit c -> {
                out.u8(SERVER_SIDE_EMIT);
                out.string(c.namespace());
                payload(c.arguments(), out);
            }
        }
    }

    private static Command.Broadcast broadcast(ByteReader in) throws FrameFormatException {
        return new Command.Broadcast(in.string(), selection(in), payload(in));
    }

    /** A number is there only if the sender has one; earlier versions end before it. */
    private static Command.Broadcast numbered(Command.Broadcast broadcast, ByteReader in) throws FrameFormatException {
        return in.remaining() == 0
                ? broadcast
                : new Command.Broadcast(
                        broadcast.namespace(), broadcast.selection(), broadcast.arguments(), in.varint());
    }

    private static long millis(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.toSeconds() >= MAX_TIMEOUT_MILLIS / 1000 ? MAX_TIMEOUT_MILLIS : timeout.toMillis();
    }

    private static void type(int type, long request, ByteWriter out) {
        out.u8(type);
        out.u64(request);
    }

    private static void descriptor(NodeDescriptor node, ByteWriter out) {
        out.string(node.address());
        out.string(node.version());
    }

    private static void selection(Selection selection, ByteWriter out) {
        Selection.Flags flags = selection.flags();
        out.u8((flags.isVolatile() ? VOLATILE : 0) | (flags.compress() ? COMPRESS : 0) | (flags.local() ? LOCAL : 0));
        strings(selection.rooms(), out);
        strings(selection.except(), out);
    }

    private static Selection selection(ByteReader in) throws FrameFormatException {
        int bits = in.u8();
        Set<String> rooms = strings(in);
        Set<String> except = strings(in);
        if (bits == COMPRESS) {
            return rooms.isEmpty() && except.isEmpty()
                    ? Selection.ALL
                    : new Selection(rooms, except, Selection.Flags.NONE);
        }
        return new Selection(
                rooms,
                except,
                new Selection.Flags((bits & VOLATILE) != 0, (bits & COMPRESS) != 0, (bits & LOCAL) != 0));
    }

    static void strings(Set<String> values, ByteWriter out) {
        out.varint(values.size());
        for (String value : values) {
            out.string(value);
        }
    }

    static Set<String> strings(ByteReader in) throws FrameFormatException {
        int count = in.count(1);
        if (count == 0) {
            return Set.of();
        }
        if (count == 1) {
            return Set.of(in.string());
        }
        Set<String> values = new HashSet<>();
        for (int i = 0; i < count; i++) {
            values.add(in.string());
        }
        return values;
    }

    static void payload(Payload payload, ByteWriter out) {
        out.bytes(payload.json());
        List<byte[]> attachments = payload.attachments();
        out.varint(attachments.size());
        for (int i = 0; i < attachments.size(); i++) {
            out.bytes(attachments.get(i));
        }
    }

    static Payload payload(ByteReader in) throws FrameFormatException {
        byte[] json = in.bytes();
        int count = in.count(1);
        if (count == 0) {
            return Payload.of(json);
        }
        byte[][] attachments = new byte[Math.min(count, 16)][];
        for (int i = 0; i < count; i++) {
            if (i == attachments.length) {
                attachments = Arrays.copyOf(attachments, Math.min(count, 2 * i));
            }
            attachments[i] = in.bytes();
        }
        return new Payload(json, List.of(attachments));
    }

    private static void sockets(ClusterMessage.Sockets message, ByteWriter out) {
        type(SOCKETS, message.request(), out);
        out.varint(message.total());
        out.varint(message.sockets().size());
        for (SocketSnapshot socket : message.sockets()) {
            out.string(socket.id());
            payload(socket.handshake(), out);
            strings(socket.rooms(), out);
            payload(socket.data(), out);
        }
    }

    private static ClusterMessage sockets(ByteReader in, NodeId origin) throws FrameFormatException {
        long request = in.u64();
        int total = in.smallVarint();
        int count = in.count(6);
        List<SocketSnapshot> sockets = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            sockets.add(new SocketSnapshot(origin, in.string(), payload(in), strings(in), payload(in)));
        }
        return new ClusterMessage.Sockets(request, total, sockets);
    }
}
