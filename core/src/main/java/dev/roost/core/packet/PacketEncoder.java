package dev.roost.core.packet;

import dev.roost.adapter.Payload;
import org.jspecify.annotations.Nullable;

/** Makes engine messages of packets. Thread-safe. */
public interface PacketEncoder {
    /**
     * An event.
     *
     * @param ackId what the answer has to name, or {@link Packet#NO_ACK}
     * @param array name and arguments, as {@link JsonBinding#event} makes them
     */
    EncodedPacket event(String namespace, long ackId, Payload array);

    /** The answer to an event. */
    EncodedPacket ack(String namespace, long ackId, Payload array);

    /** Tells a client that it joined; {@code object} without attachments, or null for the bare packet of protocol 4. */
    EncodedPacket connect(String namespace, @Nullable Payload object);

    /** Refuses a client; {@code reason} without attachments. */
    EncodedPacket connectError(String namespace, Payload reason);

    /** Makes a client leave a namespace. */
    EncodedPacket disconnect(String namespace);
}
