package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of the msgpack format.
 *
 * <p>Spec: socket-io 16; security D11. The texts are the reference's where it has one.
 */
final class MsgpackPacketDecoder implements PacketDecoder {
    private final PacketLimits limits;
    private final JsonBinding binding;

    MsgpackPacketDecoder(PacketLimits limits, JsonBinding binding) {
        this.limits = limits;
        this.binding = binding;
    }

    @Override
    public boolean attachmentsDue() {
        return false;
    }

    @Override
    public @Nullable Packet text(byte[] utf8, int offset, int length) throws PacketFormatException {
        throw new PacketFormatException("got plaintext data, expected msgpack");
    }

    @Override
    public Packet binary(byte[] data) throws PacketFormatException {
        MsgpackInput input = new MsgpackInput(limits, data);
        Fields fields = new Fields();
        for (int members = input.map(); members > 0; members--) {
            String key = input.string();
            if (!input.undefined()) {
                input.value(fields.output(key), 0);
            }
        }
        if (!input.atEnd()) {
            throw MsgpackInput.malformed();
        }
        return packet(fields);
    }

    private Packet packet(Fields fields) throws PacketFormatException {
        JsonValue typeValue = scalar(fields.type);
        Long type = typeValue == null ? null : typeValue.wholeNumber(1);
        if (type == null || type < 0 || type > 4) {
            throw new PacketFormatException("invalid packet type");
        }
        JsonValue name = scalar(fields.namespace);
        if (name == null || name.first() != '"') {
            throw new PacketFormatException("invalid namespace");
        }
        String namespace = name.string();
        long ackId = ackId(scalar(fields.ackId));
        Payload data = payload(fields.data);
        int kind = data == null ? 0 : data.json()[0];
        switch ((byte) (type + '0')) {
            case PacketType.CONNECT -> {
                require(data == null || kind == '{');
                return new Packet.Connect(namespace, data == null ? null : value(data));
            }
            case PacketType.DISCONNECT -> {
                require(data == null);
                return new Packet.Disconnect(namespace);
            }
            case PacketType.CONNECT_ERROR -> {
                if (data == null || kind != '{' && kind != '"') {
                    throw invalid();
                }
                return new Packet.ConnectError(namespace, value(data));
            }
            default -> {
                if (data == null) {
                    throw invalid();
                }
                return array(type == PacketType.EVENT - '0', namespace, ackId, data);
            }
        }
    }

    private Packet array(boolean event, String namespace, long ackId, Payload data) throws PacketFormatException {
        checkAttachments(data);
        Arguments arguments = Arguments.read(limits, data, binding, event);
        String name = arguments.eventName();
        if (name == null) {
            return new Packet.Ack(namespace, ackId, arguments);
        }
        require(!EventNames.reserved(name));
        return new Packet.Event(namespace, name, ackId, arguments);
    }

    /** Reads what may hold no more than an event, and with the same limits. */
    private JsonValue value(Payload data) throws PacketFormatException {
        checkAttachments(data);
        new JsonScanner(limits, data.json(), 0, data.json().length).scan();
        return JsonValue.trusted(data, binding);
    }

    private void checkAttachments(Payload data) throws PacketFormatException {
        if (data.attachments().size() > limits.maxAttachments()) {
            throw new PacketFormatException("too many attachments");
        }
        if (data.bytes() - data.json().length > limits.maxAttachmentBytes()) {
            throw new PacketFormatException("more than " + limits.maxAttachmentBytes() + " bytes of attachments");
        }
    }

    private static long ackId(@Nullable JsonValue value) throws PacketFormatException {
        if (value == null) {
            return Packet.NO_ACK;
        }
        Long id = value.wholeNumber(16);
        if (id == null || id < 0 || id > JsonPacketDecoder.MOST_ACK_ID) {
            throw new PacketFormatException("invalid packet id");
        }
        return id;
    }

    private static void require(boolean valid) throws PacketFormatException {
        if (!valid) {
            throw invalid();
        }
    }

    private static PacketFormatException invalid() {
        return new PacketFormatException("invalid payload");
    }

    private @Nullable JsonValue scalar(@Nullable JsonOutput output) throws PacketFormatException {
        Payload payload = payload(output);
        return payload == null ? null : JsonValue.trusted(payload, binding);
    }

    private static @Nullable Payload payload(@Nullable JsonOutput output) throws PacketFormatException {
        if (output != null && output.ambiguous()) {
            throw new PacketFormatException("illegal attachments");
        }
        return output == null ? null : output.payload();
    }

    /** What the map of a packet holds. */
    private static final class Fields {
        @Nullable
        JsonOutput type;

        @Nullable
        JsonOutput namespace;

        @Nullable
        JsonOutput ackId;

        @Nullable
        JsonOutput data;

        private final JsonOutput others = new JsonOutput(false);

        /** Returns where the value of a key is to be written; other keys do not matter. */
        JsonOutput output(String key) throws PacketFormatException {
            return switch (key) {
                case "type" -> type = once(type);
                case "nsp" -> namespace = once(namespace);
                case "id" -> ackId = once(ackId);
                case "data" -> data = once(data);
                default -> others;
            };
        }

        private static JsonOutput once(@Nullable JsonOutput before) throws PacketFormatException {
            if (before != null) {
                throw MsgpackInput.malformed();
            }
            return new JsonOutput(false);
        }
    }
}
