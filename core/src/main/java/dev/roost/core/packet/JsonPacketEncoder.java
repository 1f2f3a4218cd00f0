package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encoder of the standard wire format: a header and one copy of the payload. */
final class JsonPacketEncoder implements PacketEncoder {
    private static final EncodedPacket DISCONNECT_MAIN =
            new EncodedPacket(new byte[] {'4', PacketType.DISCONNECT}, List.of());

    @Override
    public EncodedPacket event(String namespace, long ackId, Payload array) {
        byte type = array.attachments().isEmpty() ? PacketType.EVENT : PacketType.BINARY_EVENT;
        return encode(type, namespace, ackId, array);
    }

    @Override
    public EncodedPacket ack(String namespace, long ackId, Payload array) {
        byte type = array.attachments().isEmpty() ? PacketType.ACK : PacketType.BINARY_ACK;
        return encode(type, namespace, ackId, array);
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
        return namespace.equals("/") ? DISCONNECT_MAIN : encode(PacketType.DISCONNECT, namespace, Packet.NO_ACK, null);
    }

    private static EncodedPacket encode(byte type, String namespace, long ackId, @Nullable Payload payload) {
        List<byte[]> attachments = payload == null ? List.of() : payload.attachments();
        if (!attachments.isEmpty() && type < PacketType.BINARY_EVENT) {
            throw new IllegalArgumentException("expected a payload without attachments, got " + attachments.size());
        }
        byte[] json = payload == null ? new byte[0] : payload.json();
        byte[] name = namespace.equals("/") ? new byte[0] : namespace.getBytes(UTF_8);
        int count = type >= PacketType.BINARY_EVENT ? attachments.size() : -1;
        int size = 2
                + (count < 0 ? 0 : digits(count) + 1)
                + (name.length == 0 ? 0 : name.length + 1)
                + (ackId < 0 ? 0 : digits(ackId))
                + json.length;
        byte[] text = new byte[size];
        text[0] = '4';
        text[1] = type;
        int at = 2;
        if (count >= 0) {
            at = putDigits(text, at, count);
            text[at++] = '-';
        }
        if (name.length > 0) {
            System.arraycopy(name, 0, text, at, name.length);
            at += name.length;
            text[at++] = ',';
        }
        if (ackId >= 0) {
            at = putDigits(text, at, ackId);
        }
        System.arraycopy(json, 0, text, at, json.length);
        return new EncodedPacket(text, attachments);
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static int putDigits(byte[] text, int at, long value) {
        int end = at + digits(value);
        long rest = value;
        for (int i = end - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }
}
