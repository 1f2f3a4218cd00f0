package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Messages of Node's cluster adapters: a number for the kind, and the data. Pure.
 *
 * <p>Spec: adapter 7, redis-wire 3 and 4.
 */
final class PeerMessageCodec {
    private static final int INITIAL_HEARTBEAT = 1;
    private static final int HEARTBEAT = 2;
    static final int BROADCAST = 3;
    private static final int JOIN = 4;
    private static final int LEAVE = 5;
    static final int DISCONNECT = 6;
    private static final int FETCH = 7;
    private static final int SOCKETS = 8;
    private static final int SERVER_SIDE_EMIT = 9;
    private static final int SERVER_SIDE_ANSWER = 10;
    private static final int CLIENT_COUNT = 11;
    private static final int CLIENT_ACK = 12;
    private static final int ADAPTER_CLOSE = 13;
    /** Not known to Node, which leaves it alone. */
    private static final int CLIENT_GONE = 14;

    private static final int EVENT = 2;

    private PeerMessageCodec() {}

    /** Returns a message whole, in the encoding that can hold it. */
    static byte[] encode(String uid, String namespace, PeerMessage message) {
        return encode(uid, namespace, message, hasBuffers(message) ? WireWriter.packed() : WireWriter.json());
    }

    /** Returns a message whole. */
    static byte[] encode(String uid, String namespace, PeerMessage message, WireWriter writer) {
        writer.object(4).name("type").number(type(message)).name("data");
        writeData(writer, message);
        return writer.name("uid").text(uid).name("nsp").text(namespace).end().message();
    }

    /** Returns the number of a message's kind. */
    static int type(PeerMessage message) {
        return switch (message) {
            case PeerMessage.Event m -> BROADCAST;
            case PeerMessage.Request(NodeRequest.BroadcastWithAck r) -> BROADCAST;
            case PeerMessage.Request(NodeRequest.Apply(String uid, Command.Join c)) -> JOIN;
            case PeerMessage.Request(NodeRequest.Apply(String uid, Command.Leave c)) -> LEAVE;
            case PeerMessage.Request(NodeRequest.Apply(String uid, Command.Disconnect c)) -> DISCONNECT;
            case PeerMessage.Request(NodeRequest.Fetch r) -> FETCH;
            case PeerMessage.Request(NodeRequest.ServerSideEmit r) -> SERVER_SIDE_EMIT;
            case PeerMessage.Response(String id, NodeResponse.Sockets r) -> SOCKETS;
            case PeerMessage.Response(String id, NodeResponse.ServerSideAnswer r) -> SERVER_SIDE_ANSWER;
            case PeerMessage.Response(String id, NodeResponse.ClientCount r) -> CLIENT_COUNT;
            case PeerMessage.Response(String id, NodeResponse.ClientAck r) -> CLIENT_ACK;
            case PeerMessage.Response(String id, NodeResponse.ClientGone r) -> CLIENT_GONE;
            case PeerMessage.Request m -> throw unknown(m);
            case PeerMessage.Response m -> throw unknown(m);
            case PeerMessage.Presence m -> throw unknown(m);
        };
    }

    /** Whether a message needs an encoding that has buffers. */
    static boolean hasBuffers(PeerMessage message) {
        Stream<Payload> values = switch (message) {
            case PeerMessage.Event m -> Stream.of(m.broadcast().arguments());
            case PeerMessage.Request(NodeRequest.BroadcastWithAck r) ->
                Stream.of(r.broadcast().arguments());
            case PeerMessage.Request(NodeRequest.ServerSideEmit r) ->
                Stream.of(r.emit().arguments());
            case PeerMessage.Response(String id, NodeResponse.Sockets r) ->
                r.sockets().stream().flatMap(socket -> Stream.of(socket.handshake(), socket.data()));
            case PeerMessage.Response(String id, NodeResponse.ServerSideAnswer r) -> Stream.of(r.value());
            case PeerMessage.Response(String id, NodeResponse.ClientAck r) -> Stream.of(r.value());
            case PeerMessage.Request m -> Stream.empty();
            case PeerMessage.Response m -> Stream.empty();
            case PeerMessage.Presence m -> Stream.empty();
        };
        return values.anyMatch(value -> !value.attachments().isEmpty());
    }

    /** Writes the data of a message, an object. */
    static void writeData(WireWriter writer, PeerMessage message) {
        switch (message) {
            case PeerMessage.Event(Command.Broadcast c) -> {
                writePacket(writer.object(2), c);
                NodeSelections.writeAll(writer.name("opts"), c.selection());
            }
            case PeerMessage.Request(NodeRequest.BroadcastWithAck r) -> {
                writePacket(writer.object(3), r.broadcast())
                        .name("requestId")
                        .text(r.id())
                        .name("opts");
                NodeSelections.writeAll(
                        writer,
                        r.broadcast().selection(),
                        OptionalLong.of(r.timeout().toMillis()));
            }
            case PeerMessage.Request(NodeRequest.Apply(String uid, Command command)) -> writeCommand(writer, command);
            case PeerMessage.Request(NodeRequest.Fetch r) ->
                NodeSelections.writeAll(writer.object(2).name("opts"), r.selection())
                        .name("requestId")
                        .text(r.id());
            case PeerMessage.Request(NodeRequest.ServerSideEmit r) -> {
                writer.object(r.id().isPresent() ? 2 : 1);
                r.id().ifPresent(id -> writer.name("requestId").text(id));
                writer.name("packet").payload(r.emit().arguments());
            }
            case PeerMessage.Response(String id, NodeResponse response) -> writeResponse(writer, id, response);
            case PeerMessage.Request m -> throw unknown(m);
            case PeerMessage.Presence m -> throw unknown(m);
        }
        writer.end();
    }

    /**
     * Reads a message.
     *
     * @param uid its sender
     * @param node the sender's sockets are described as this node's
     */
    static PeerMessage decode(long type, String namespace, String uid, WireObject data, NodeId node)
            throws WireFormatException {
        return switch (Math.clamp(type, -1, 99)) {
            case BROADCAST -> {
                Selection selection = NodeSelections.read(data);
                Command.Broadcast broadcast = new Command.Broadcast(namespace, selection, event(data));
                Optional<String> id = data.text("requestId");
                yield id.isEmpty()
                        ? new PeerMessage.Event(broadcast)
                        : new PeerMessage.Request(new NodeRequest.BroadcastWithAck(
                                uid, id.get(), broadcast, NodeSelections.readTimeout(data)));
            }
            case JOIN -> apply(uid, new Command.Join(namespace, NodeSelections.read(data), data.texts("rooms")));
            case LEAVE -> apply(uid, new Command.Leave(namespace, NodeSelections.read(data), data.texts("rooms")));
            case DISCONNECT ->
                apply(uid, new Command.Disconnect(namespace, NodeSelections.read(data), data.isTrue("close")));
            case FETCH -> new PeerMessage.Request(new NodeRequest.Fetch(uid, id(data), NodeSelections.read(data)));
            case SERVER_SIDE_EMIT ->
                new PeerMessage.Request(new NodeRequest.ServerSideEmit(
                        uid,
                        data.text("requestId"),
                        new Command.ServerSideEmit(namespace, NodeBroadcast.event(data.get("packet")))));
            case SOCKETS -> response(data, new NodeResponse.Sockets(sockets(data, node)));
            case SERVER_SIDE_ANSWER -> response(data, new NodeResponse.ServerSideAnswer(data.payload("packet")));
            case CLIENT_COUNT -> response(data, NodeResponseCodec.count(data));
            case CLIENT_ACK -> response(data, new NodeResponse.ClientAck(data.payload("packet")));
            case CLIENT_GONE -> response(data, new NodeResponse.ClientGone());
            case INITIAL_HEARTBEAT, HEARTBEAT, ADAPTER_CLOSE -> new PeerMessage.Presence();
            default -> throw new WireFormatException("expected a type from 1 to 14, got " + type);
        };
    }

    private static WireWriter writePacket(WireWriter writer, Command.Broadcast broadcast) {
        return writer.name("packet")
                .object(2)
                .name("type")
                .number(EVENT)
                .name("data")
                .payload(broadcast.arguments())
                .end();
    }

    private static void writeCommand(WireWriter writer, Command command) {
        writer.object(2).name("opts");
        switch (command) {
            case Command.Join c ->
                NodeSelections.writeAll(writer, c.selection()).name("rooms").texts(c.rooms());
            case Command.Leave c ->
                NodeSelections.writeAll(writer, c.selection()).name("rooms").texts(c.rooms());
            case Command.Disconnect c ->
                NodeSelections.writeAll(writer, c.selection()).name("close").flag(c.close());
            case Command.Broadcast c -> throw new IllegalArgumentException("is an event: " + c.namespace());
            case Command.ServerSideEmit c -> throw new IllegalArgumentException("is a request: " + c.namespace());
        }
    }

    private static void writeResponse(WireWriter writer, String id, NodeResponse response) {
        writer.object(response instanceof NodeResponse.ClientGone ? 1 : 2)
                .name("requestId")
                .text(id);
        switch (response) {
            case NodeResponse.Sockets r -> {
                writer.name("sockets").array(r.sockets().size());
                r.sockets().forEach(socket -> NodeResponseCodec.writeSocket(writer, socket));
                writer.end();
            }
            case NodeResponse.ServerSideAnswer r -> writer.name("packet").payload(r.value());
            case NodeResponse.ClientCount r -> writer.name("clientCount").number(r.clients());
            case NodeResponse.ClientAck r -> writer.name("packet").payload(r.value());
            case NodeResponse.ClientGone r -> {}
            case NodeResponse.SocketIds r -> throw new IllegalArgumentException("nobody asks for ids here");
            case NodeResponse.Rooms r -> throw new IllegalArgumentException("nobody asks for rooms here");
            case NodeResponse.Done r -> throw new IllegalArgumentException("nobody asks for a confirmation here");
        }
    }

    private static PeerMessage apply(String uid, Command command) {
        return new PeerMessage.Request(new NodeRequest.Apply(uid, command));
    }

    private static PeerMessage response(WireObject data, NodeResponse response) throws WireFormatException {
        return new PeerMessage.Response(id(data), response);
    }

    private static String id(WireObject data) throws WireFormatException {
        return data.get("requestId").text();
    }

    private static Payload event(WireObject data) throws WireFormatException {
        WireObject packet = data.get("packet").object();
        if (packet.get("type").integer() != EVENT) {
            throw new WireFormatException("expected an event");
        }
        return NodeBroadcast.event(packet.get("data"));
    }

    private static List<SocketSnapshot> sockets(WireObject data, NodeId node) throws WireFormatException {
        List<SocketSnapshot> sockets = new ArrayList<>();
        for (WireValue socket : data.get("sockets").elements()) {
            sockets.add(NodeResponseCodec.readSocket(socket.object(), node));
        }
        return sockets;
    }

    private static IllegalArgumentException unknown(PeerMessage message) {
        return new IllegalArgumentException("the format has no word for " + message.getClass());
    }
}
