package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.packet.Packet;
import dev.roost.core.recovery.Offset;
import org.jspecify.annotations.Nullable;

/**
 * An event without acknowledgement, as recovery has it sent: with an offset to those who can come back, without to
 * others.
 *
 * <p>Thread-safe: immutable but for the form without offset, which is equal whoever makes it.
 */
final class StampedEvent {
    private final Namespace namespace;
    private final Payload event;
    private final long position;
    private final OutboundMessage message;
    private volatile @Nullable OutboundMessage plain;

    /** Encodes an event; a volatile one has the position of the event before it. */
    StampedEvent(Namespace namespace, Payload event, Offset offset, boolean isVolatile, boolean compress) {
        this(namespace, event, offset.position(), offset.toString(), isVolatile, compress);
    }

    /** Encodes an event whose offset is no place in a log of one node. */
    StampedEvent(
            Namespace namespace, Payload event, long position, String offset, boolean isVolatile, boolean compress) {
        this.namespace = namespace;
        this.event = event;
        this.position = position;
        this.message = encoded(Offset.appended(event, offset), isVolatile, compress);
    }

    /** Name and arguments, as the application gave them. */
    Payload event() {
        return event;
    }

    long position() {
        return position;
    }

    boolean isVolatile() {
        return message.isVolatile();
    }

    /** What a client gets that can come back. */
    OutboundMessage message() {
        return message;
    }

    /** What others get. */
    OutboundMessage plain() {
        OutboundMessage made = plain;
        if (made == null) {
            made = encoded(event, message.isVolatile(), message.compress());
            plain = made;
        }
        return made;
    }

    private OutboundMessage encoded(Payload payload, boolean isVolatile, boolean compress) {
        return Socket.message(
                namespace.encoder().event(namespace.name(), Packet.NO_ACK, payload), isVolatile, compress);
    }
}
