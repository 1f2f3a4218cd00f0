package dev.roost.adapter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What core lends the adapter: this node's own sockets.
 *
 * <p>Thread-safe. No method blocks on a client, an application handler or the bus; callers may be the single thread
 * that reads the bus, and the order of calls is the order of effects.
 */
public interface LocalNode {
    /** Applies a command of nobody in particular. Unknown namespaces are ignored. */
    void apply(Command command);

    /** Applies another node's command, like {@link #apply(Command)}. */
    default void apply(NodeId origin, Command command) {
        apply(command);
    }

    /**
     * An event was read from the {@link SharedLog}, be it one that this node has appended; called in the order of the
     * log.
     */
    default void logged(String id, Command.Broadcast event) {
        apply(event);
    }

    /** Another node says the number of its last numbered event in a namespace. */
    default void announced(NodeId origin, String namespace, long number) {}

    /** Another node is new, or may have missed something: it wants to know what {@link Adapter#announce} tells. */
    default void greeted() {}

    /**
     * Gives out the session of a client that came back to another node, if it is here.
     *
     * @param reply takes the answer, on any thread
     */
    default void claim(SessionClaim claim, Consumer<Optional<SavedSession>> reply) {
        reply.accept(Optional.empty());
    }

    /**
     * Sends another node's event to the selected local sockets and reports their acks.
     *
     * <p>Calls {@link AckSink#clients} exactly once, before it returns.
     */
    void broadcastWithAck(Command.Broadcast broadcast, Duration timeout, AckSink sink);

    /** Describes the selected local sockets. */
    List<SocketSnapshot> fetch(String namespace, Selection selection);

    /**
     * Runs this node's listeners for another node's server-side emit.
     *
     * @param reply takes the first answer, a JSON value; never called when no listener answers
     */
    void serverSideEmit(Command.ServerSideEmit emit, Consumer<Payload> reply);

    /**
     * Takes sessions of a node that goes.
     *
     * @param done told true once they are here, or false if they are not wanted; on any thread
     */
    default void handedOver(NodeId origin, List<SessionHandover> sessions, Consumer<Boolean> done) {
        done.accept(false);
    }

    /** Whether a room has members here; true if that is not known. */
    default boolean occupied(String namespace, String room) {
        return true;
    }

    /**
     * Returns how long events for a room without members still matter here, since one who was in it may come back; zero
     * if nobody may.
     */
    default Duration memory() {
        return Duration.ZERO;
    }

    /**
     * Says that commands of another node may have been lost on the way.
     *
     * @param origin the node whose commands are lacking; empty when any node's may be
     */
    default void gap(Optional<NodeId> origin) {}

    /** Receives what becomes of a broadcast with acks on this node. Thread-safe. */
    interface AckSink {
        /** Says how many local clients got the event. */
        void clients(int count);

        /** A client answered; the value is the first argument of its ack. */
        void ack(Payload value);

        /** A client went away, or will not answer. */
        void gone();
    }
}
