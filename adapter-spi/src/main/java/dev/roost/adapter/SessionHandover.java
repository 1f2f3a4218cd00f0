package dev.roost.adapter;

import java.time.Duration;
import java.util.List;

/**
 * A session whose node goes, on its way to a node that stays, before its client has come back. Immutable.
 *
 * <p>What the client remembers is not known yet. So the last events that were for it go along, be they missed or not,
 * with their places in the log the client remembers a place of.
 *
 * @param session what is handed over; {@code missed} holds the events
 * @param node whose log the places are of
 * @param positions a place for each event; {@link Long#MAX_VALUE} for one the client cannot have got
 * @param connected what a client got that remembers a place in no log or another one; -1 if nothing is known of it
 * @param from the least place for which all later events are here
 * @param last the largest place a client can remember
 * @param left how long the client may still be away
 */
public record SessionHandover(
        SavedSession session, NodeId node, List<Long> positions, long connected, long from, long last, Duration left) {
    /** What became of sessions that were offered to a node. */
    public enum Outcome {
        /** They are there. */
        TAKEN,
        /** They are not there, and will not be. */
        REFUSED,
        /** It did not say. */
        UNKNOWN
    }

    public SessionHandover {
        positions = List.copyOf(positions);
        if (positions.size() != session.missed().size()) {
            throw new IllegalArgumentException(
                    "expected a place for each of " + session.missed().size() + " events, got " + positions.size());
        }
    }
}
