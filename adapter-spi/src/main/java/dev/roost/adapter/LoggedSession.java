package dev.roost.adapter;

import java.util.Optional;
import java.util.Set;

/**
 * A socket without a connection, as it is kept beside a {@link SharedLog}. Immutable.
 *
 * <p>Spec: adapter 12.
 *
 * @param namespace of the socket
 * @param pid the client's secret
 * @param socketId the public id it keeps
 * @param rooms the rooms it was in, its own not among them
 * @param data JSON object of the application's data
 * @param since id of the last entry before the client connected; empty if whoever stored it did not say
 */
public record LoggedSession(
        String namespace, String pid, String socketId, Set<String> rooms, Payload data, Optional<String> since) {
    public LoggedSession {
        rooms = Set.copyOf(rooms);
    }

    /** Hides the secret and the data. */
    @Override
    public String toString() {
        return "LoggedSession[namespace=" + namespace + ", socketId=" + socketId + ", rooms=" + rooms.size() + "]";
    }
}
