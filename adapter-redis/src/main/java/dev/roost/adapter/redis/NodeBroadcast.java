package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.Payload;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import dev.roost.adapter.redis.wire.WireWriter;
import java.util.List;
import java.util.Optional;

/**
 * Events in the format of Node's Redis adapter: {@code [uid, packet, opts]}. Pure.
 *
 * <p>Spec: redis-wire 1, "Broadcast".
 */
final class NodeBroadcast {
    private static final int EVENT = 2;
    private static final String MAIN = "/";

    private NodeBroadcast() {}

    static byte[] encode(String uid, Command.Broadcast broadcast) {
        WireWriter writer = WireWriter.packed();
        writer.array(3).text(uid);
        writePacket(writer, broadcast);
        return NodeSelections.writeAll(writer, broadcast.selection()).end().message();
    }

    /** Writes an event, with its namespace. */
    static WireWriter writePacket(WireWriter writer, Command.Broadcast broadcast) {
        return writer.object(3)
                .name("type")
                .number(EVENT)
                .name("data")
                .payload(broadcast.arguments())
                .name("nsp")
                .text(broadcast.namespace())
                .end();
    }

    /**
     * Reads an event that came on the channel of a namespace.
     *
     * @return nothing if this node has sent it, or it is another namespace's
     */
    static Optional<Command.Broadcast> decode(String uid, String namespace, byte[] message) throws WireFormatException {
        List<WireValue> parts = WireValue.packed(message).elements();
        if (parts.size() < 3) {
            throw new WireFormatException("expected sender, packet and options, got " + parts.size() + " values");
        }
        if (parts.get(0).text().equals(uid)) {
            return Optional.empty();
        }
        WireObject packet = parts.get(1).object();
        if (!packet.text("nsp").orElse(MAIN).equals(namespace)) {
            return Optional.empty();
        }
        if (packet.get("type").integer() != EVENT) {
            throw new WireFormatException("expected an event");
        }
        return Optional.of(
                new Command.Broadcast(namespace, NodeSelections.read(parts.get(2)), event(packet.get("data"))));
    }

    /** Reads the arguments of an event, its name first. */
    static Payload event(WireValue data) throws WireFormatException {
        List<WireValue> arguments = data.elements();
        if (arguments.isEmpty()) {
            throw new WireFormatException("expected the name of an event");
        }
        // Throws if it is no name.
        String name = arguments.getFirst().text();
        assert name != null;
        return data.payload();
    }
}
