package dev.roost.core.recovery;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionHandover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a session what another node needs to give it to its client, whatever that remembers.
 *
 * <p>What was for the client since its connection broke goes along, and a few events before, which it may have got or
 * not. A client that got less than that is a new one.
 *
 * <p>Thread-safe: immutable.
 */
public final class Handover {
    /** Events since the connection broke. */
    private static final int MOST_MISSED = 20_000;

    private static final long MOST_MISSED_BYTES = 1 << 20;
    /** Events before that, and how many are looked at for them. */
    private static final int MOST_DOUBTFUL = 64;

    private static final int MOST_LOOKED_AT = 1_000;

    private final RecoveryLog log;
    private final NodeId self;
    private final Map<NodeId, Long> nodes;

    /**
     * Prepares to hand sessions over.
     *
     * @param nodes the nodes there are, with 0 as number of the last event of each
     */
    public Handover(RecoveryLog log, NodeId self, Map<NodeId, Long> nodes) {
        this.log = log;
        this.self = self;
        this.nodes = Map.copyOf(nodes);
    }

    /**
     * Describes a session.
     *
     * @param data the application's data
     * @return null if its client cannot come back
     */
    public @Nullable SessionHandover of(RecoveryState state, Payload data, Duration left) {
        log.hold();
        try {
            List<Payload> events = new ArrayList<>();
            List<Long> positions = new ArrayList<>();
            Handed handed = state.handed();
            long after = handed == null ? state.quietUntil() : handed.base();
            if (!missed(state, after, events, positions)) {
                return null;
            }
            if (handed != null) {
                Collections.fill(positions, Long.MAX_VALUE);
                positions.addAll(0, handed.positions());
                events.addAll(0, handed.events());
                return new SessionHandover(
                        session(state, data, events),
                        handed.node(),
                        positions,
                        handed.connected(),
                        handed.from(),
                        handed.last(),
                        left);
            }
            long from = Math.max(doubtful(state, events, positions), state.roomsKnownFrom());
            return new SessionHandover(
                    session(state, data, events),
                    self,
                    positions,
                    state.connected(),
                    Math.max(from, log.completeFrom()),
                    log.position(),
                    left);
        } finally {
            log.release();
        }
    }

    private SavedSession session(RecoveryState state, Payload data, List<Payload> events) {
        Map<NodeId, Long> known = log.numbers().all(self);
        nodes.forEach(known::putIfAbsent);
        return new SavedSession(state.namespace(), state.pid(), state.socketId(), state.rooms(), data, events, known);
    }

    /** Adds what was for a socket after a position; false if that is not there, or too much. */
    private boolean missed(RecoveryState state, long after, List<Payload> events, List<Long> positions) {
        Missed missed = log.missedAfter(state, after);
        if (missed == null
                || missed.bytes() > MOST_MISSED_BYTES
                || missed.entries().size() > MOST_MISSED) {
            return false;
        }
        for (LogEntry entry : missed.entries()) {
            events.add(entry.event());
            positions.add(entry.position());
        }
        return true;
    }

    /** Adds the last events that were sent to a client, before others; returns after which position none is lacking. */
    private long doubtful(RecoveryState state, List<Payload> events, List<Long> positions) {
        long least = Math.max(state.connected(), state.lastSent() - MOST_LOOKED_AT);
        int found = 0;
        for (long position = state.lastSent(); position > least; position--) {
            LogEntry entry = log.at(position);
            if (entry == null || found == MOST_DOUBTFUL) {
                return position;
            }
            if (entry.isFor(state)) {
                found++;
                events.addFirst(entry.event());
                positions.addFirst(position);
            }
        }
        return least;
    }
}
