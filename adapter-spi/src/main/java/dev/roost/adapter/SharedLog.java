package dev.roost.adapter;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A log in which every node reads the events of all nodes in one order, and a place for the sessions of clients that
 * are away. Whatever a client remembers of it, any node can say what it missed.
 *
 * <p>An event has one id, which clients remember. Each node hands events to its clients in the order of the log, those
 * of its own too: so it waits until it has read them, see {@link LocalNode#logged}.
 *
 * <p>Thread-safe. Methods may block; what cannot be done is reported by the result, not thrown.
 */
public interface SharedLog {
    /**
     * An event of the log. Immutable.
     *
     * @param id what a client remembers of it
     * @param compress whether it may be compressed
     */
    record Entry(String id, Payload event, boolean compress) {}

    /** Orders ids as the log has them. */
    Comparator<String> order();

    /**
     * Returns the id of the last entry this node has read; each event up to it has been given to {@link
     * LocalNode#logged}.
     */
    String position(String namespace);

    /**
     * Appends an event of this node and waits until it has been given to {@link LocalNode#logged}.
     *
     * @return false if it will not be given there; other nodes may get it all the same
     */
    boolean append(Command.Broadcast event);

    /**
     * Keeps a session for as long as its client may be away.
     *
     * @return false if that is not possible
     */
    boolean keep(LoggedSession session, Duration ttl);

    /**
     * Removes and returns a session; of several callers at most one gets it.
     *
     * @param said what the client remembers; nothing is removed if that is no id, and has to be there if the session
     *     does not say since when its client was connected
     */
    Optional<LoggedSession> take(String namespace, String pid, Optional<String> said);

    /**
     * Reads what was sent to a session's socket after what its client remembers, in order; returns once this node has
     * read as far.
     *
     * @param mostBytes how much that may be
     * @return empty if it cannot be said
     */
    Optional<List<Entry>> missed(LoggedSession session, Optional<String> said, long mostBytes);
}
