package dev.roost.core.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Throws bytes at the decoders of Socket.IO packets: only a format exception may come out. */
class PacketDecoderFuzz {
    @FuzzTest(maxDuration = "60s")
    void json(byte[] message) {
        try {
            PacketDecoder decoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, JsonBinding.defaults());
            Packet packet = decoder.text(message, 0, message.length);
            while (decoder.attachmentsDue()) {
                packet = decoder.binary(new byte[] {1});
            }
            bind(packet);
        } catch (PacketFormatException expected) {
            // Refused, as it should be.
        }
    }

    @FuzzTest(maxDuration = "60s")
    void msgpack(byte[] message) {
        try {
            bind(new MsgpackPacketParser()
                    .decoder(PacketLimits.DEFAULT, JsonBinding.defaults())
                    .binary(message));
        } catch (PacketFormatException expected) {
            // Refused, as it should be.
        }
    }

    private static void bind(Packet packet) {
        if (packet instanceof Packet.Event event) {
            event.arguments().toList().forEach(value -> value.as(Object.class));
        }
    }
}
