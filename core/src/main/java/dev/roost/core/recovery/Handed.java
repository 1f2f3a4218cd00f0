package dev.roost.core.recovery;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node that is gone knew of a client that has not come back: the last events for it, by their places there.
 *
 * @param node whose log the client remembers a place of
 * @param events in order; later ones are in this node's log, after {@code base}
 * @param positions a place there for each of them
 * @param connected what a client got that remembers a place in no log or another one; -1 if that is not known
 * @param from the least place there for which all later events are here
 * @param last the largest place there a client can remember
 * @param base the place here from which on this node's log goes on
 */
record Handed(
        NodeId node, List<Payload> events, List<Long> positions, long connected, long from, long last, long base) {
    Handed {
        events = List.copyOf(events);
        positions = List.copyOf(positions);
    }

    /** The events a client missed, or null if that cannot be said. */
    @Nullable
    List<Payload> missed(Optional<Offset> said) {
        long place = said.filter(offset -> offset.node().equals(node))
                .map(offset -> Math.max(connected, offset.position()))
                .orElse(connected);
        if (place < from || place > last) {
            return null;
        }
        List<Payload> missed = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (positions.get(i) > place) {
                missed.add(events.get(i));
            }
        }
        return missed;
    }
}
