package dev.roost.core.packet;

/**
 * A wire format of Socket.IO packets; clients must use the same one. Thread-safe.
 *
 * <p>Spec: socket-io 16.
 */
public interface PacketParser {
    /** Returns the encoder, shared by all connections. */
    PacketEncoder encoder();

    /** Makes the decoder of one connection. */
    PacketDecoder decoder(PacketLimits limits, JsonBinding binding);
}
