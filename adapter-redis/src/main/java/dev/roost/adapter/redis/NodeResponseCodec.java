package dev.roost.adapter.redis;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers of Node's Redis adapter. Pure.
 *
 * <p>Roost adds who it is, the member {@code uid}, which Node does not look at.
 *
 * <p>Spec: redis-wire 1, "Requests".
 */
final class NodeResponseCodec {
    private static final int SERVER_SIDE_ANSWER = 6;
    private static final int CLIENT_COUNT = 8;
    private static final int CLIENT_ACK = 9;
    /** Not known to Node, which leaves it alone. */
    private static final int CLIENT_GONE = 10;

    private NodeResponseCodec() {}

    static byte[] encode(String uid, String id, NodeResponse response) {
        WireWriter writer = switch (response) {
            case NodeResponse.Done r -> untyped(WireWriter.json(), 2, id);
            case NodeResponse.SocketIds r ->
                untyped(WireWriter.json(), 3, id).name("sockets").texts(r.ids());
            case NodeResponse.Rooms r ->
                untyped(WireWriter.json(), 3, id).name("rooms").texts(r.rooms());
            case NodeResponse.Sockets r -> sockets(id, r.sockets());
            case NodeResponse.ServerSideAnswer r ->
                typed(fitting(Stream.of(r.value())), 4, SERVER_SIDE_ANSWER, id)
                        .name("data")
                        .payload(r.value());
            case NodeResponse.ClientCount r ->
                typed(WireWriter.json(), 4, CLIENT_COUNT, id)
                        .name("clientCount")
                        .number(r.clients());
            case NodeResponse.ClientAck r ->
                typed(WireWriter.packed(), 4, CLIENT_ACK, id).name("packet").payload(r.value());
            case NodeResponse.ClientGone r -> typed(WireWriter.json(), 3, CLIENT_GONE, id);
        };
        return writer.name("uid").text(uid).end().message();
    }

    /** Returns which request an answer belongs to. */
    static String requestId(WireObject response) throws WireFormatException {
        return response.get("requestId").text();
    }

    /** Returns who answers, if it says so. */
    static Optional<String> uid(WireObject response) throws WireFormatException {
        return response.text("uid");
    }

    /**
     * Reads an answer.
     *
     * @param node whose sockets it describes
     */
    static NodeResponse decode(WireObject response, NodeId node) throws WireFormatException {
        Optional<WireValue> type = response.find("type");
        if (type.isEmpty()) {
            return untyped(response, node);
        }
        return switch (Math.clamp(type.get().integer(), -1, 99)) {
            case SERVER_SIDE_ANSWER -> new NodeResponse.ServerSideAnswer(response.payload("data"));
            case CLIENT_COUNT -> count(response);
            case CLIENT_GONE -> new NodeResponse.ClientGone();
            case CLIENT_ACK -> new NodeResponse.ClientAck(response.payload("packet"));
            default -> throw new WireFormatException("expected type 6, 8, 9 or 10");
        };
    }

    /** Reads the member {@code clientCount}. */
    static NodeResponse count(WireObject holder) throws WireFormatException {
        long clients = holder.get("clientCount").integer();
        if (clients < 0 || clients > Integer.MAX_VALUE) {
            throw new WireFormatException("expected a number of clients, got " + clients);
        }
        return new NodeResponse.ClientCount((int) clients);
    }

    private static WireWriter untyped(WireWriter writer, int members, String id) {
        return writer.object(members).name("requestId").text(id);
    }

    private static WireWriter typed(WireWriter writer, int members, int type, String id) {
        return writer.object(members)
                .name("type")
                .number(type)
                .name("requestId")
                .text(id);
    }

    private static WireWriter sockets(String id, List<SocketSnapshot> sockets) {
        WireWriter writer = fitting(sockets.stream().flatMap(socket -> Stream.of(socket.handshake(), socket.data())));
        untyped(writer, 3, id).name("sockets").array(sockets.size());
        sockets.forEach(socket -> writeSocket(writer, socket));
        return writer.end();
    }

    /** Writes the description of a socket. */
    static void writeSocket(WireWriter writer, SocketSnapshot socket) {
        writer.object(4)
                .name("id")
                .text(socket.id())
                .name("handshake")
                .payload(socket.handshake())
                .name("rooms")
                .texts(socket.rooms())
                .name("data")
                .payload(socket.data())
                .end();
    }

    /** Returns a writer of the encoding that can hold the values. */
    static WireWriter fitting(Stream<Payload> values) {
        return values.allMatch(value -> value.attachments().isEmpty()) ? WireWriter.json() : WireWriter.packed();
    }

    private static NodeResponse untyped(WireObject response, NodeId node) throws WireFormatException {
        Optional<WireValue> rooms = response.find("rooms");
        if (rooms.isPresent()) {
            return new NodeResponse.Rooms(rooms.get().texts());
        }
        Optional<WireValue> sockets = response.find("sockets");
        if (sockets.isEmpty()) {
            return new NodeResponse.Done();
        }
        List<SocketSnapshot> read = new ArrayList<>();
        for (WireValue socket : sockets.get().elements()) {
            read.add(readSocket(socket.object(), node));
        }
        return new NodeResponse.Sockets(read);
    }

    /** Reads the description of a socket. */
    static SocketSnapshot readSocket(WireObject socket, NodeId node) throws WireFormatException {
        return new SocketSnapshot(
                node,
                socket.get("id").text(),
                socket.payload("handshake"),
                socket.texts("rooms"),
                socket.payload("data"));
    }
}
