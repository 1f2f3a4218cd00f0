package dev.roost.adapter.redis;

import dev.roost.adapter.Command;

/**
 * What nodes of Node's cluster adapters say to each other, whatever carries it. Immutable.
 *
 * <p>Spec: adapter 7.
 */
sealed interface PeerMessage {
    /** An event that wants no acks. */
    record Event(Command.Broadcast broadcast) implements PeerMessage {}

    /** A question or a command. */
    record Request(NodeRequest request) implements PeerMessage {}

    /** An answer to the question of that id. */
    record Response(String id, NodeResponse response) implements PeerMessage {}

    /** Presence, of which this format needs nothing. */
    record Presence() implements PeerMessage {}
}
