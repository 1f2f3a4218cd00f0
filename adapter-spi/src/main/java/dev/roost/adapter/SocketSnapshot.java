package dev.roost.adapter;

import java.util.Set;

/**
 * A socket of some node as it was when the question was answered. Immutable.
 *
 * <p>Spec: adapter 6, socket-io 8.
 *
 * @param node the node that holds the socket
 * @param id public socket id
 * @param handshake JSON object with headers, time, address, xdomain, secure, issued, url, query, auth
 * @param rooms the rooms it is in, its own id among them
 * @param data JSON of the application's data
 */
public record SocketSnapshot(NodeId node, String id, Payload handshake, Set<String> rooms, Payload data) {
    public SocketSnapshot {
        rooms = Set.copyOf(rooms);
    }
}
