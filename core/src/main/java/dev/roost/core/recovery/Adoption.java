package dev.roost.core.recovery;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionHandover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session of another node one of this node's.
 *
 * <p>The other node says what the client missed as far as it knew, and up to which number of each node that is. What
 * this node has got beyond those numbers is in its own log; both together are appended to it as events of that socket
 * alone. So from then on the session is like any other here: what follows has a later place in the log.
 *
 * <p>If this node is behind the other, what it has not got yet would come twice: it waits for that. If its log does
 * not hold every event beyond the numbers, it cannot be said what the client missed.
 *
 * <p>Thread-safe: immutable.
 */
public final class Adoption {
    private final RecoveryLog log;
    private final NodeId self;
    private final Predicate<NodeId> alive;

    /**
     * Prepares to take sessions over.
     *
     * @param alive whether a node is known to be there
     */
    public Adoption(RecoveryLog log, NodeId self, Predicate<NodeId> alive) {
        this.log = log;
        this.self = self;
        this.alive = alive;
    }

    /** Waits until this node has got what the other had; false if it does not in time. */
    public boolean awaitNumbers(Map<NodeId, Long> known, Duration limit) throws InterruptedException {
        return log.await(() -> hasGot(known), limit);
    }

    private boolean hasGot(Map<NodeId, Long> known) {
        for (Map.Entry<NodeId, Long> entry : known.entrySet()) {
            Long got = got(entry.getKey());
            // What a node that is gone said before this one began will not come any more.
            if (got == null ? entry.getValue() > 0 && alive.test(entry.getKey()) : got < entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Appends what a client missed, in one step.
     *
     * @param state new, without rooms
     * @return false if it cannot be said what it missed
     */
    public boolean take(RecoveryState state, SavedSession session, long now) {
        log.hold();
        try {
            if (!hasGot(session.known())) {
                return false;
            }
            long connected = log.position();
            session.rooms().forEach(room -> state.joined(room, connected));
            List<Payload> missed = new ArrayList<>(session.missed());
            if (!addMine(state, session.known(), missed)) {
                return false;
            }
            state.connected(connected);
            missed.forEach(event -> log.add(state.socketId(), event, now));
            return true;
        } finally {
            log.release();
        }
    }

    /**
     * Takes a session whose node goes, before its client has come back.
     *
     * @param state new, without rooms
     * @return false if nobody can come back to it
     */
    public boolean take(RecoveryState state, SessionHandover handover) {
        SavedSession session = handover.session();
        log.hold();
        try {
            if (!hasGot(session.known())) {
                return false;
            }
            long base = log.position();
            session.rooms().forEach(room -> state.joined(room, base));
            List<Payload> events = new ArrayList<>(session.missed());
            if (!addMine(state, session.known(), events)) {
                return false;
            }
            List<Long> positions = new ArrayList<>(handover.positions());
            while (positions.size() < events.size()) {
                positions.add(Long.MAX_VALUE);
            }
            state.connected(base);
            state.handed(new Handed(
                    handover.node(), events, positions, handover.connected(), handover.from(), handover.last(), base));
            return true;
        } finally {
            log.release();
        }
    }

    /**
     * Takes a session that was stored before this node began, when no other was there: everything since is for it.
     *
     * @param state new, without rooms
     * @return false if nobody can come back to it
     */
    public boolean takeStored(RecoveryState state, SessionHandover handover) {
        log.hold();
        try {
            long start = log.wholeSince();
            if (start < 0 || !holdsEveryNumber()) {
                return false;
            }
            SavedSession session = handover.session();
            session.rooms().forEach(room -> state.joined(room, start));
            state.connected(start);
            state.handed(new Handed(
                    handover.node(),
                    session.missed(),
                    handover.positions(),
                    handover.connected(),
                    handover.from(),
                    handover.last(),
                    start));
            return true;
        } finally {
            log.release();
        }
    }

    /** True if the log has every event of every node, from its first on. */
    private boolean holdsEveryNumber() {
        Map<NodeId, Long> lacking = log.numbers().all(self);
        for (LogEntry entry : log.numbered()) {
            lacking.merge(Objects.requireNonNull(entry.origin()), -1L, Long::sum);
        }
        return lacking.values().stream().allMatch(count -> count == 0);
    }

    /** Adds what this node knows beyond the other; false if something between is not there any more. */
    private boolean addMine(RecoveryState state, Map<NodeId, Long> known, List<Payload> missed) {
        Set<NodeId> gone = new HashSet<>();
        Map<NodeId, Long> lacking = new HashMap<>();
        log.numbers().all(self).forEach((node, number) -> {
            if (!known.containsKey(node) && !node.equals(self) && !alive.test(node)) {
                // It was gone before the other node began, hence before the client was there.
                gone.add(node);
            } else {
                lacking.put(node, Math.max(0, number - known.getOrDefault(node, 0L)));
            }
        });
        for (LogEntry entry : log.numbered()) {
            NodeId origin = entry.origin();
            if (origin != null && !gone.contains(origin) && entry.number() > known.getOrDefault(origin, 0L)) {
                lacking.merge(origin, -1L, Long::sum);
                if (state.isMeant(entry.selection())) {
                    missed.add(entry.event());
                }
            }
        }
        return lacking.values().stream().allMatch(count -> count == 0);
    }

    private @Nullable Long got(NodeId node) {
        return node.equals(self)
                ? Long.valueOf(log.numbers().own())
                : log.numbers().of(node);
    }
}
