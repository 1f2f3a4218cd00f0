package dev.roost.adapter.redis;

import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import java.util.List;
import java.util.Set;

/**
 * An answer in the format of Node's Redis adapter. Immutable.
 *
 * <p>Spec: redis-wire 1, "Requests".
 */
sealed interface NodeResponse {
    /** The ids of sockets. */
    record SocketIds(Set<String> ids) implements NodeResponse {}

    /** The names of rooms. */
    record Rooms(Set<String> rooms) implements NodeResponse {}

    /** What was asked for is done. */
    record Done() implements NodeResponse {}

    /** Descriptions of sockets. */
    record Sockets(List<SocketSnapshot> sockets) implements NodeResponse {}

    /** What a listener answered, a JSON value. */
    record ServerSideAnswer(Payload value) implements NodeResponse {}

    /** How many clients got an event. */
    record ClientCount(int clients) implements NodeResponse {}

    /** A client will not answer; said among Roost nodes only. */
    record ClientGone() implements NodeResponse {}

    /** What a client answered: the first argument of its ack. */
    record ClientAck(Payload value) implements NodeResponse {}
}
