package dev.roost.core.packet;

import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO packet that came from a client. Immutable.
 *
 * <p>Spec: socket-io 1.
 */
public sealed interface Packet {
    /** The ack id of an event that wants no answer, and of an answer that names no event. */
    long NO_ACK = -1;

    /** The namespace, exactly as it came; {@code /} if none was named. */
    String namespace();

    /**
     * Asks to join a namespace.
     *
     * @param auth the object given with it, or null
     */
    record Connect(String namespace, @Nullable JsonValue auth) implements Packet {}

    /** Leaves a namespace. */
    record Disconnect(String namespace) implements Packet {}

    /**
     * An event.
     *
     * @param name its name, never a reserved one; a number stands here as its text
     * @param ackId what the answer has to name, or {@link Packet#NO_ACK}
     * @param arguments what follows the name
     */
    record Event(String namespace, String name, long ackId, Arguments arguments) implements Packet {}

    /**
     * The answer to an event.
     *
     * @param ackId which event, or {@link Packet#NO_ACK} if it names none and is to be ignored
     */
    record Ack(String namespace, long ackId, Arguments arguments) implements Packet {}

    /** A refusal, which no client has any business sending. */
    record ConnectError(String namespace, JsonValue reason) implements Packet {}
}
