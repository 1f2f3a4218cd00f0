package dev.roost.core.namespace;

import java.util.Set;

/** Names of events that belong to the protocol. Spec: socket-io 6, features K08. */
final class ReservedEvents {
    private static final Set<String> ON_SOCKETS =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");
    private static final Set<String> BETWEEN_NODES = Set.of("connect", "connection", "new_namespace");

    private ReservedEvents() {}

    /** Refuses what may not be emitted to clients. */
    static void checkEmit(String event) {
        check(ON_SOCKETS, event);
    }

    /** Refuses what may not be emitted to other nodes. */
    static void checkServerSide(String event) {
        check(BETWEEN_NODES, event);
    }

    /** Refuses what can never come from a client, so that nobody waits for it. */
    static void checkOn(String event) {
        switch (event) {
            case "disconnect" ->
                throw new IllegalArgumentException("\"disconnect\" is a reserved event name: use onDisconnect");
            case "disconnecting" ->
                throw new IllegalArgumentException("\"disconnecting\" is a reserved event name: use onDisconnecting");
            default -> check(ON_SOCKETS, event);
        }
    }

    private static void check(Set<String> reserved, String event) {
        if (reserved.contains(event)) {
            throw new IllegalArgumentException("\"" + event + "\" is a reserved event name");
        }
    }
}
