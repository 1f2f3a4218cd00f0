package dev.roost.core.packet;

import org.jspecify.annotations.Nullable;

/** Decoder of the standard wire format. */
final class JsonPacketDecoder implements PacketDecoder {
    JsonPacketDecoder(PacketLimits limits, JsonBinding binding) {}

    @Override
    public @Nullable Packet text(byte[] utf8, int offset, int length) throws PacketFormatException {
        throw new PacketFormatException("invalid payload");
    }

    @Override
    public @Nullable Packet binary(byte[] data) throws PacketFormatException {
        throw new PacketFormatException("invalid payload");
    }

    @Override
    public boolean attachmentsDue() {
        return false;
    }
}
