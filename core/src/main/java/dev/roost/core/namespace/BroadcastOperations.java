package dev.roost.core.namespace;

import dev.roost.core.packet.JsonValue;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What can be said to many clients at once: on the server, on a namespace, and on what {@link #to} and its like return.
 *
 * <p>Each operator returns a {@link Broadcast}, which is immutable and may be kept and used again.
 *
 * <p>Spec: socket-io 8, features B01 to B11.
 */
public interface BroadcastOperations {
    /** Where a chain of operators begins. */
    Broadcast broadcast();

    /** Adds rooms: who is in any of those named is meant. The id of a socket is the name of a room too. */
    default Broadcast to(String... rooms) {
        return broadcast().to(rooms);
    }

    /** Adds rooms, like {@link #to(String...)}. */
    default Broadcast to(Collection<String> rooms) {
        return broadcast().to(rooms);
    }

    /** Adds rooms, like {@link #to(String...)}. */
    default Broadcast in(String... rooms) {
        return broadcast().to(rooms);
    }

    /** Leaves out who is in any of these rooms. */
    default Broadcast except(String... rooms) {
        return broadcast().except(rooms);
    }

    /** Leaves out rooms, like {@link #except(String...)}. */
    default Broadcast except(Collection<String> rooms) {
        return broadcast().except(rooms);
    }

    /** Only sockets of this node. */
    default Broadcast local() {
        return broadcast().local();
    }

    /** Drops the event for each client that is not writable. */
    default Broadcast asVolatile() {
        return broadcast().asVolatile();
    }

    /** Whether transports may compress the event; they may unless told otherwise. */
    default Broadcast compress(boolean compress) {
        return broadcast().compress(compress);
    }

    /** How long answers are waited for. */
    default Broadcast timeout(Duration timeout) {
        return broadcast().timeout(timeout);
    }

    /**
     * Sends an event to everyone meant, on every node.
     *
     * @param arguments anything JSON can express; {@code byte[]} anywhere inside travels as binary
     * @throws IllegalArgumentException if the name is reserved, a value cannot be written as JSON, or there are more
     *     buffers than {@code limits.max-attachments}
     */
    default void emit(String event, @Nullable Object... arguments) {
        broadcast().emit(event, arguments);
    }

    /** Sends an event whose argument's type is known to the compiler. */
    default <A> void emit(EventType<A> event, A argument) {
        broadcast().emit(event.name(), new Object[] {argument});
    }

    /** Sends the event {@code message}. */
    default void send(@Nullable Object... arguments) {
        broadcast().emit("message", arguments);
    }

    /**
     * Sends an event and waits for the acknowledgements of everyone meant, on every node.
     *
     * <p>Clients that leave are not waited for. What arrived until the timeout is returned, and says whether it is all.
     *
     * @return the first value of each acknowledgement, in the order of arrival
     * @throws dev.roost.core.packet.ArgumentException if one does not fit the type
     */
    default <T> Replies<T> emitWithAck(Class<T> type, String event, @Nullable Object... arguments) {
        return broadcast().emitWithAck(type, event, arguments);
    }

    /** Like {@link #emitWithAck}, without waiting, values as they came. */
    default CompletionStage<Replies<JsonValue>> emitWithAckAsync(String event, @Nullable Object... arguments) {
        return broadcast().emitWithAckAsync(event, arguments);
    }

    /** Describes the sockets meant, of every node; waits for the other nodes to answer. */
    default Replies<RemoteSocket> fetchSockets() {
        return broadcast().fetchSockets();
    }

    /** Like {@link #fetchSockets}, without waiting. */
    default CompletionStage<Replies<RemoteSocket>> fetchSocketsAsync() {
        return broadcast().fetchSocketsAsync();
    }

    /** Has the sockets meant join rooms, on every node. */
    default void socketsJoin(String... rooms) {
        broadcast().socketsJoin(rooms);
    }

    /** Has the sockets meant leave rooms, on every node. */
    default void socketsLeave(String... rooms) {
        broadcast().socketsLeave(rooms);
    }

    /** Disconnects the sockets meant, on every node; {@code close} ends their whole connections. */
    default void disconnectSockets(boolean close) {
        broadcast().disconnectSockets(close);
    }
}
