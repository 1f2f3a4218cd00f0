package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.Selection;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a node of the format of Node's Redis adapter wants of the others, but for plain events. Immutable.
 *
 * <p>Spec: redis-wire 1, "Requests".
 */
sealed interface NodeRequest {
    /** Who asks; empty if it does not say. */
    String uid();

    /** Asks for the ids of the sockets in these rooms. */
    record SocketIds(String uid, String id, Set<String> rooms) implements NodeRequest {}

    /** Asks for the names of all rooms. */
    record AllRooms(String uid, String id) implements NodeRequest {}

    /** Joins, leaves or disconnects sockets. */
    record Apply(String uid, Command command) implements NodeRequest {}

    /** Does so to one socket, in the form of old nodes: its owner confirms. */
    record ApplyToOne(String uid, String id, String socket, Command command) implements NodeRequest {}

    /** Asks for descriptions of sockets. */
    record Fetch(String uid, String id, Selection selection) implements NodeRequest {}

    /** Runs listeners; with an id an answer is wanted. */
    record ServerSideEmit(String uid, Optional<String> id, Command.ServerSideEmit emit) implements NodeRequest {}

    /** Sends an event and asks for the acks of clients. */
    record BroadcastWithAck(String uid, String id, Command.Broadcast broadcast, Duration timeout)
            implements NodeRequest {}
}
