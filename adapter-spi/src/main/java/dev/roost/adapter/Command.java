package dev.roost.adapter;

import java.util.Set;

/**
 * Something every node does to its own sockets; no answer is awaited. Immutable.
 *
 * <p>Spec: adapter 2 and 7.
 */
public sealed interface Command {
    /** Name of the namespace, with its leading slash. */
    String namespace();

    /**
     * Sends an event.
     *
     * @param arguments a JSON array, the event's name first
     * @param number how many numbered events the node has sent in this namespace, this one among them; 0 if it has no
     *     number. Whoever gets it can tell whether one before it was lost
     */
    record Broadcast(String namespace, Selection selection, Payload arguments, long number) implements Command {
        /** An event without number. */
        public Broadcast(String namespace, Selection selection, Payload arguments) {
            this(namespace, selection, arguments, 0);
        }
    }

    /** Lets the selected sockets join rooms. */
    record Join(String namespace, Selection selection, Set<String> rooms) implements Command {
        public Join {
            rooms = Set.copyOf(rooms);
        }
    }

    /** Lets the selected sockets leave rooms. */
    record Leave(String namespace, Selection selection, Set<String> rooms) implements Command {
        public Leave {
            rooms = Set.copyOf(rooms);
        }
    }

    /**
     * Disconnects the selected sockets.
     *
     * @param close true ends the whole connection, false only the namespace
     */
    record Disconnect(String namespace, Selection selection, boolean close) implements Command {}

    /**
     * Runs the listeners other nodes registered on the namespace itself.
     *
     * @param arguments a JSON array, the event's name first
     */
    record ServerSideEmit(String namespace, Payload arguments) implements Command {}
}
