package dev.roost.core.packet;

/**
 * The standard wire format: one text message, and one binary message for each buffer.
 *
 * <p>Spec: socket-io 1.
 */
public final class JsonPacketParser implements PacketParser {
    private final PacketEncoder encoder = new JsonPacketEncoder();

    /** Makes the parser; one serves all connections. */
    public JsonPacketParser() {}

    @Override
    public PacketEncoder encoder() {
        return encoder;
    }

    @Override
    public PacketDecoder decoder(PacketLimits limits, JsonBinding binding) {
        return new JsonPacketDecoder(limits, binding);
    }
}
