package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.util.Optional;
import java.util.Set;

/**
 * Requests of Node's Redis adapter, in JSON but where buffers need msgpack. Pure.
 *
 * <p>Spec: redis-wire 1, "Requests".
 */
final class NodeRequestCodec {
    private static final int SOCKET_IDS = 0;
    private static final int ALL_ROOMS = 1;
    private static final int JOIN = 2;
    private static final int LEAVE = 3;
    private static final int DISCONNECT = 4;
    private static final int FETCH = 5;
    private static final int SERVER_SIDE_EMIT = 6;
    private static final int BROADCAST_WITH_ACK = 7;

    private NodeRequestCodec() {}

    static byte[] encode(NodeRequest request) {
        return switch (request) {
            case NodeRequest.SocketIds r ->
                head(WireWriter.json(), 4, r.uid(), Optional.of(r.id()), SOCKET_IDS)
                        .name("rooms")
                        .texts(r.rooms())
                        .end()
                        .message();
            case NodeRequest.AllRooms r ->
                head(WireWriter.json(), 3, r.uid(), Optional.of(r.id()), ALL_ROOMS)
                        .end()
                        .message();
            case NodeRequest.Apply r -> apply(r.uid(), r.command());
            case NodeRequest.ApplyToOne r ->
                throw new IllegalArgumentException("only old nodes send this: " + r.command());
            case NodeRequest.Fetch r ->
                NodeSelections.write(head(WireWriter.json(), 4, r.uid(), Optional.of(r.id()), FETCH), r.selection())
                        .end()
                        .message();
            case NodeRequest.ServerSideEmit r -> {
                Payload arguments = r.emit().arguments();
                WireWriter writer = arguments.attachments().isEmpty() ? WireWriter.json() : WireWriter.packed();
                yield head(writer, r.id().isPresent() ? 4 : 3, r.uid(), r.id(), SERVER_SIDE_EMIT)
                        .name("data")
                        .payload(arguments)
                        .end()
                        .message();
            }
            case NodeRequest.BroadcastWithAck r -> {
                WireWriter writer = head(WireWriter.packed(), 5, r.uid(), Optional.of(r.id()), BROADCAST_WITH_ACK);
                writer.name("packet");
                NodeBroadcast.writePacket(writer, r.broadcast()).name("opts").object(3);
                NodeSelections.writeRooms(writer, r.broadcast().selection())
                        .name("flags")
                        .object(1)
                        .name("timeout")
                        .number(r.timeout().toMillis())
                        .end();
                yield writer.end().end().message();
            }
        };
    }

    /** Returns a request of a namespace's channel. */
    static NodeRequest decode(String namespace, byte[] message) throws WireFormatException {
        WireObject request = WireValue.of(message).object();
        String uid = request.text("uid").orElse("");
        long type = request.get("type").integer();
        return switch (Math.clamp(type, -1, 99)) {
            case SOCKET_IDS -> new NodeRequest.SocketIds(uid, id(request), request.texts("rooms"));
            case ALL_ROOMS -> new NodeRequest.AllRooms(uid, id(request));
            case JOIN, LEAVE, DISCONNECT -> command(namespace, uid, (int) type, request);
            case FETCH -> new NodeRequest.Fetch(uid, id(request), NodeSelections.read(request));
            case SERVER_SIDE_EMIT ->
                new NodeRequest.ServerSideEmit(
                        uid,
                        request.text("requestId"),
                        new Command.ServerSideEmit(namespace, NodeBroadcast.event(request.get("data"))));
            case BROADCAST_WITH_ACK -> {
                Selection selection = NodeSelections.read(request);
                yield new NodeRequest.BroadcastWithAck(
                        uid,
                        id(request),
                        new Command.Broadcast(
                                namespace,
                                // The reference does not look at the flags here either.
                                new Selection(selection.rooms(), selection.except(), Selection.Flags.NONE),
                                NodeBroadcast.event(
                                        request.get("packet").object().get("data"))),
                        NodeSelections.readTimeout(request));
            }
            default -> throw new WireFormatException("expected a type from 0 to 7, got " + type);
        };
    }

    private static byte[] apply(String uid, Command command) {
        WireWriter writer = WireWriter.json();
        switch (command) {
            case Command.Join c -> rooms(selected(writer, uid, JOIN, c.selection()), c.rooms());
            case Command.Leave c -> rooms(selected(writer, uid, LEAVE, c.selection()), c.rooms());
            case Command.Disconnect c ->
                selected(writer, uid, DISCONNECT, c.selection()).name("close").flag(c.close());
            case Command.Broadcast c ->
                throw new IllegalArgumentException("has a channel of its own: " + c.namespace());
            case Command.ServerSideEmit c ->
                throw new IllegalArgumentException("is a request of its own: " + c.namespace());
        }
        return writer.end().message();
    }

    private static WireWriter selected(WireWriter writer, String uid, int type, Selection selection) {
        return NodeSelections.write(head(writer, 4, uid, Optional.empty(), type), selection);
    }

    private static void rooms(WireWriter writer, Set<String> rooms) {
        writer.name("rooms").texts(rooms);
    }

    private static WireWriter head(WireWriter writer, int members, String uid, Optional<String> id, int type) {
        writer.object(members).name("uid").text(uid);
        id.ifPresent(text -> writer.name("requestId").text(text));
        return writer.name("type").number(type);
    }

    private static String id(WireObject request) throws WireFormatException {
        return request.get("requestId").text();
    }

    private static NodeRequest command(String namespace, String uid, int type, WireObject request)
            throws WireFormatException {
        boolean many = request.find("opts").isPresent();
        Selection selection = many
                ? NodeSelections.read(request)
                : new Selection(Set.of(request.get("sid").text()), Set.of(), Selection.Flags.NONE);
        Set<String> rooms = many
                ? request.texts("rooms")
                : request.text("room").map(Set::of).orElse(Set.of());
        Command command = switch (type) {
            case JOIN -> new Command.Join(namespace, selection, rooms);
            case LEAVE -> new Command.Leave(namespace, selection, rooms);
            default -> new Command.Disconnect(namespace, selection, request.isTrue("close"));
        };
        return many
                ? new NodeRequest.Apply(uid, command)
                : new NodeRequest.ApplyToOne(
                        uid, id(request), request.get("sid").text(), command);
    }
}
