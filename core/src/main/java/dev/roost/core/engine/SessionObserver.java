package dev.roost.core.engine;

import dev.roost.core.engine.packet.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * Watches the sessions of an engine: metrics and the admin interface.
 *
 * <p>Called on the session's loop, save {@link #flushed} and {@link #requestedElsewhere}; no method blocks or throws.
 *
 * <p>Spec: engine-io 1 and 9, events.
 */
public interface SessionObserver {
    /** Watches nothing. */
    SessionObserver NONE = new SessionObserver() {};

    /** A packet came, before anything is done about it. */
    default void packetReceived(EngineSession session, PacketType type, int bytes) {}

    /** A packet was queued for the client. */
    default void packetCreated(EngineSession session, OutboundMessage message) {}

    /** A message was dropped to make room for a later one. */
    default void dropped(EngineSession session, OutboundMessage message) {}

    /** More would wait for the client than it may: the session is closed for it. */
    default void overflowed(EngineSession session) {}

    /** A batch was handed to the transport. On the thread that took it. */
    default void flushed(EngineSession session, int messages) {}

    /** Everything handed to the transport has been written. Not called by a transport that knew nobody wants to be told. */
    default void drained(EngineSession session) {}

    /** True if {@link #drained} does anything. Constant. */
    default boolean watchesDrain() {
        return false;
    }

    /** The client answered a ping, or sent one (revision 3). */
    default void heartbeat(EngineSession session) {}

    /** A probe was answered. */
    default void upgrading(EngineSession session, Transport.Name to) {}

    /** The session moved to another transport. */
    default void upgraded(EngineSession session, Transport.Name to) {}

    /** A request with the id of the session came from another address than the handshake. On the request's thread. */
    default void requestedElsewhere(EngineSession session, String address) {}

    /** The session is over. */
    default void closed(EngineSession session, CloseReason reason, @Nullable String description) {}
}
