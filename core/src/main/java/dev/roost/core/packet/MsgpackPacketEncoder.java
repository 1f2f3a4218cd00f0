package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encoder of the msgpack format: a map of type, data, ack id and namespace. */
final class MsgpackPacketEncoder implements PacketEncoder {
    @Override
    public EncodedPacket event(String namespace, long ackId, Payload array) {
        return encode(PacketType.EVENT, namespace, ackId, array);
    }

    @Override
    public EncodedPacket ack(String namespace, long ackId, Payload array) {
        return encode(PacketType.ACK, namespace, ackId, array);
    }

    @Override
    public EncodedPacket connect(String namespace, @Nullable Payload object) {
        return encode(PacketType.CONNECT, namespace, Packet.NO_ACK, object);
    }

    @Override
    public EncodedPacket connectError(String namespace, Payload reason) {
        return encode(PacketType.CONNECT_ERROR, namespace, Packet.NO_ACK, reason);
    }

    @Override
    public EncodedPacket disconnect(String namespace) {
        return encode(PacketType.DISCONNECT, namespace, Packet.NO_ACK, null);
    }

    private static EncodedPacket encode(byte type, String namespace, long ackId, @Nullable Payload payload) {
        MsgpackOutput output = new MsgpackOutput();
        output.map(2 + (payload == null ? 0 : 1) + (ackId < 0 ? 0 : 1));
        output.string("type");
        output.integer(type - '0');
        if (payload != null) {
            output.string("data");
            output.json(payload);
        }
        if (ackId >= 0) {
            output.string("id");
            output.integer(ackId);
        }
        output.string("nsp");
        output.string(namespace);
        return new EncodedPacket(null, List.of(output.bytes()));
    }
}
