package dev.roost.core.namespace;

import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.JsonValue;
import dev.roost.core.recovery.Adoption;
import dev.roost.core.recovery.LogEntry;
import dev.roost.core.recovery.Missed;
import dev.roost.core.recovery.Offset;
import dev.roost.core.recovery.RecoveryLog;
import dev.roost.core.recovery.RecoveryState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Gives sessions to the nodes their clients came back to, and takes those of other nodes.
 *
 * <p>Thread-safe: holds no state of its own. May block; not for loops and receiving threads. Spec: adapter 12.
 */
final class SessionExchange {
    /** What the nodes asked for a session may take: one that goes answers once all its sessions are elsewhere. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** What a node that goes may take to have handed over what it is asked for; its answer takes time too. */
    private static final Duration HANDED = ANSWER.minusSeconds(1);

    /** What may be on its way here still. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(3);

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Recovery recovery;
    private final SocketIo io;

    SessionExchange(Recovery recovery, SocketIo io) {
        this.recovery = recovery;
        this.io = io;
    }

    /** Gives the session of a client to another node it came back to, if it is here and nothing is lacking. */
    Optional<SavedSession> give(SessionClaim claim) {
        recovery.awaitDecided(claim.pid());
        RecoveryLog log = recovery.findLog(claim.namespace()).orElse(null);
        RecoveryState state = log == null ? null : recovery.claim(claim.pid(), claim.namespace());
        if (state == null) {
            state = recovery.departure().find(claim.namespace(), claim.pid());
            log = state == null ? null : recovery.logOf(claim.namespace());
        }
        if (log == null || state == null) {
            // It may be on its way to another node, even to the one that asks: who hears no looks again.
            if (!recovery.departure().awaitTaken(claim.pid(), HANDED)) {
                recovery.awaitHandover(HANDED);
            }
            return Optional.empty();
        }
        Optional<Offset> remembered = claim.position().isPresent()
                ? Optional.of(new Offset(claim.owner(), claim.position().getAsLong()))
                : Optional.empty();
        if (state.isHanded()) {
            if (!log.settle(state, remembered, recovery.now())) {
                state.end();
                return Optional.empty();
            }
            remembered = Optional.empty();
        }
        Missed missed = log.missed(state, remembered, recovery.node());
        Payload data = data(state);
        if (missed == null || data == null || !log.readAlmostAll(missed)) {
            state.end();
            return Optional.empty();
        }
        return given(state, log, missed, data, claim.maxBytes());
    }

    private Optional<SavedSession> given(
            RecoveryState state, RecoveryLog log, Missed missed, Payload data, long maxBytes) {
        log.hold();
        try {
            if (!log.read(missed, Integer.MAX_VALUE) || missed.bytes() > maxBytes) {
                state.end();
                return Optional.empty();
            }
            Map<NodeId, Long> known = log.numbers().all(recovery.node());
            io.nodes().forEach(other -> known.putIfAbsent(other.id(), 0L));
            return Optional.of(new SavedSession(
                    state.namespace(),
                    state.pid(),
                    state.socketId(),
                    state.rooms(),
                    data,
                    missed.entries().stream().map(LogEntry::event).toList(),
                    known));
        } finally {
            log.release();
        }
    }

    /** The application's data as JSON; null if it cannot be written, which was said when it was weighed. */
    @Nullable
    Payload data(RecoveryState state) {
        Map<String, Object> data = state.data();
        try {
            return io.options().binding().value(data == null ? Map.of() : data).payload();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Takes the session a client wants back from the node that has it, and makes it one of this node. */
    @Nullable
    RecoveryState take(ReturnRequest request, String namespace, RecoveryLog log, long maxBytes) {
        Set<NodeId> likely = new HashSet<>();
        SessionIds.nodeOf(request.pid()).ifPresent(likely::add);
        request.offset().ifPresent(offset -> likely.add(offset.node()));
        SessionClaim claim = new SessionClaim(
                namespace,
                request.pid(),
                request.offset().map(Offset::node).orElse(recovery.node()),
                request.offset()
                        .map(offset -> OptionalLong.of(offset.position()))
                        .orElse(OptionalLong.empty()),
                maxBytes);
        try {
            SavedSession session = io.adapter()
                    .claim(claim, likely, ANSWER)
                    .toCompletableFuture()
                    .get(3 * ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                    .orElse(null);
            return session == null ? null : adopt(session, claim, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        }
    }

    private @Nullable RecoveryState adopt(SavedSession session, SessionClaim claim, RecoveryLog log)
            throws InterruptedException {
        if (!session.pid().equals(claim.pid()) || !session.namespace().equals(claim.namespace())) {
            return null;
        }
        RecoveryState state = stateOf(session);
        Adoption adoption = adoption(log);
        if (!adoption.awaitNumbers(session.known(), UNDER_WAY) || !adoption.take(state, session, recovery.now())) {
            return null;
        }
        recovery.kept();
        return state;
    }

    static long weight(SavedSession session) {
        long sum = session.data().bytes() + 16L * session.missed().size();
        for (String room : session.rooms()) {
            sum += 2L * room.length();
        }
        return sum;
    }

    /** A new state with the application's data. */
    RecoveryState stateOf(SavedSession session) {
        RecoveryState state = new RecoveryState(session.pid(), session.namespace(), session.socketId());
        state.keep(data(session.data()));
        return state;
    }

    /** The same for a session that somebody else may have stored; null if its data cannot be read. */
    @Nullable
    RecoveryState stateOf(LoggedSession session) {
        RecoveryState state = new RecoveryState(session.pid(), session.namespace(), session.socketId());
        try {
            state.keep(data(session.data()));
            return state;
        } catch (ArgumentException | IllegalArgumentException e) {
            return null;
        }
    }

    Adoption adoption(RecoveryLog log) {
        return new Adoption(
                log,
                recovery.node(),
                id -> io.nodes().stream().anyMatch(node -> node.id().equals(id)));
    }

    // ---- when a node goes

    /** Takes sessions of a node that goes. */
    void accept(List<SessionHandover> handovers) {
        accept(handovers, UNDER_WAY);
    }

    /** Takes sessions; all of them wait for the same events, so no longer than one would. */
    void accept(List<SessionHandover> handovers, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        for (SessionHandover handover : handovers) {
            SavedSession session = handover.session();
            RecoveryLog log = recovery.logOf(session.namespace());
            RecoveryState state = stateOf(session);
            Adoption adoption = adoption(log);
            try {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                if (adoption.awaitNumbers(session.known(), left) && adoption.take(state, handover)) {
                    recovery.keep(state, weight(session), handover.left());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        recovery.kept();
    }

    private @Nullable Map<String, Object> data(Payload stored) {
        Map<String, @Nullable Object> sent =
                JsonValue.of(stored, io.options().binding()).as(OBJECT);
        Map<String, Object> data = new ConcurrentHashMap<>();
        sent.forEach((key, value) -> {
            if (value != null) {
                data.put(key, value);
            }
        });
        return data.isEmpty() ? null : data;
    }
}
