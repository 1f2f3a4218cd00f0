package dev.roost.core.packet;

/**
 * The format of {@code socket.io-msgpack-parser}: each packet is one binary message.
 *
 * <p>Dates leave as ISO-8601 text and come as it, since arguments travel as JSON. A buffer counts as an attachment, also
 * against {@link PacketLimits#maxAttachments()}.
 *
 * <p>Spec: socket-io 16.
 */
public final class MsgpackPacketParser implements PacketParser {
    private final PacketEncoder encoder = new MsgpackPacketEncoder();

    /** Makes the parser; one serves all connections. */
    public MsgpackPacketParser() {}

    @Override
    public PacketEncoder encoder() {
        return encoder;
    }

    @Override
    public PacketDecoder decoder(PacketLimits limits, JsonBinding binding) {
        return new MsgpackPacketDecoder(limits, binding);
    }
}
