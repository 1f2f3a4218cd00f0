package dev.roost.adapter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One node's reach to the other nodes.
 *
 * <p>There is one per process; every message carries its namespace. An adapter never stores rooms and never delivers
 * to this node's own sockets: core has done so before it calls, hence no method fails when the other nodes are out of
 * reach. What cannot be sent is dropped and counted.
 *
 * <p>Thread-safe. {@link #send} and the requests are called on virtual threads and may block for back-pressure, never
 * for an answer. Messages of one caller are applied on every other node in the order of the calls.
 *
 * <p>Spec: adapter 2, 4 to 6.
 */
public interface Adapter extends AutoCloseable {
    /**
     * Joins the cluster. Ready to receive when it returns. Called once, before any other method.
     *
     * @throws NodeIdTakenException if an older node has this id; the caller draws another and makes a new adapter
     * @throws AdapterException if the cluster cannot be joined; the message names the address that was tried
     */
    void start();

    /** Returns all nodes known to be alive, this one among them. */
    Set<NodeDescriptor> nodes();

    /** Has every other node apply a command. A selection with the flag {@code local} is never passed here. */
    void send(Command command);

    /**
     * Sends an event to the other nodes and gathers the acks of their clients.
     *
     * <p>Completes when every node has reported its number of clients and as many answers came, or the deadline
     * passes. A node that leaves is no longer waited for. Never completes exceptionally.
     *
     * @param onAck called with each answer (a JSON value, the first argument of the client's ack) as it arrives
     */
    CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck);

    /** Describes the selected sockets of the other nodes. Never completes exceptionally. */
    CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout);

    /** Runs the listeners of the other nodes and gathers one answer (a JSON value) of each. */
    CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout);

    /**
     * Tells the others the number of the last numbered event of this node in a namespace; sent in order with {@link
     * #send}. What cannot be sent is dropped.
     */
    default void announce(String namespace, long number) {}

    /**
     * Takes the session of a client from the node that has it. Never completes exceptionally.
     *
     * @param likely the nodes to be asked before all others
     * @param timeout what the likely nodes may take together, and then the others
     */
    default CompletionStage<Optional<SavedSession>> claim(SessionClaim claim, Set<NodeId> likely, Duration timeout) {
        return CompletableFuture.completedStage(Optional.empty());
    }

    /** Hands sessions over to a node that stays, before this one goes. Never completes exceptionally. */
    default CompletionStage<SessionHandover.Outcome> handOver(
            NodeId to, List<SessionHandover> sessions, Duration timeout) {
        return CompletableFuture.completedStage(SessionHandover.Outcome.REFUSED);
    }

    /** Where sessions stay while no node is there, if there is such a place. */
    default Optional<StoredSessions> storedSessions() {
        return Optional.empty();
    }

    /** The log all nodes read, if there is one: then clients come back by it, and not by what nodes tell each other. */
    default Optional<SharedLog> sharedLog() {
        return Optional.empty();
    }

    /** A namespace came to be on this node. Wire formats that have a channel per namespace subscribe here. */
    default void namespaceOpened(String namespace) {}

    /** A namespace is gone from this node. */
    default void namespaceClosed(String namespace) {}

    /** The first local socket joined a room. Called in order with {@link #roomDeleted}; must not block. */
    default void roomCreated(String namespace, String room) {}

    /** The last local socket left a room. Must not block. */
    default void roomDeleted(String namespace, String room) {}

    /** Tells the others good-bye and frees everything. Pending requests complete with what they have. Idempotent. */
    @Override
    void close();
}
