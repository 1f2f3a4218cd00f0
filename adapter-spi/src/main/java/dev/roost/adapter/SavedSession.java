package dev.roost.adapter;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A socket without a connection, on its way from one node to another. Immutable.
 *
 * <p>Spec: adapter 12.
 *
 * @param namespace of the socket
 * @param pid the client's secret
 * @param socketId the public id it keeps
 * @param rooms the rooms it was in, its own not among them
 * @param data JSON object of the application's data
 * @param missed the events the client missed, as far as the giving node knew, in order
 * @param known for each node the number of its last broadcast of this namespace that the giving node knew
 */
public record SavedSession(
        String namespace,
        String pid,
        String socketId,
        Set<String> rooms,
        Payload data,
        List<Payload> missed,
        Map<NodeId, Long> known) {
    public SavedSession {
        rooms = Set.copyOf(rooms);
        missed = List.copyOf(missed);
        known = Map.copyOf(known);
    }

    /** Hides the secret and the data. */
    @Override
    public String toString() {
        return "SavedSession[namespace=" + namespace + ", socketId=" + socketId + ", missed=" + missed.size()
                + ", known=" + known + "]";
    }
}
