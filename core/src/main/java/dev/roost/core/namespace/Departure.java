package dev.roost.core.namespace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SessionHandover.Outcome;
import dev.roost.adapter.StoredSessions;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.recovery.Handover;
import dev.roost.core.recovery.Offset;
import dev.roost.core.recovery.RecoveryLog;
import dev.roost.core.recovery.RecoveryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the sessions of this node when it goes, and what it finds of others when it comes.
 *
 * <p>Nodes that stay get them. If none stays they are stored where no node is needed. What is sent before the next node
 * is there is in nobody's log: so the last node leaves a note how far everyone was, the first that comes takes it, and
 * has heard everything since. A stored session counts only if nobody has sent anything between the two, which shows by
 * the numbers, and only with the node that took the note; others ask that one.
 *
 * <p>Nodes that go at the same time refuse each other's sessions, so each knows of the others; the one with the
 * largest id waits for them and leaves the note.
 *
 * <p>Thread-safe: guarded by its own lock; may block. Spec: design 6, adapter 12.
 */
final class Departure {
    private static final System.Logger LOGGER = System.getLogger(Departure.class.getName());

    /** What the nodes that stay may take to accept sessions, and how long those are stored. */
    private static final Duration HANDOVER = Duration.ofSeconds(5);

    /** How long it waits for others that go too. */
    private static final Duration OTHERS = Duration.ofSeconds(3);

    private static final long PAUSE_NANOS = 1_000_000;
    private static final int BATCH = 64;
    private static final long BATCH_BYTES = 8 << 20;
    private static final int STORING_THREADS = 8;
    /** Of those sent away while their sessions may be stored. */
    private static final int MOST_SENT_AWAY = 1_000;

    private final Recovery recovery;
    private final SocketIo io;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean going;

    @GuardedBy("lock")
    private int accepting;

    /** What becomes of the sessions this node hands over, by secret. */
    private final ConcurrentHashMap<String, CompletableFuture<Outcome>> offered = new ConcurrentHashMap<>();

    /** Nodes that go as well. */
    private final Set<NodeId> alsoGoing = ConcurrentHashMap.newKeySet();

    /** Set before it goes. */
    private volatile Set<NodeId> nodesBefore = Set.of();

    private volatile Map<String, Map<NodeId, Long>> numbersBefore = Map.of();

    /** What the last node said that was there before this one, if this was the first after it. */
    private volatile @Nullable Map<String, Map<NodeId, Long>> note;

    private volatile long noteUntil;
    private final List<SentAway> sentAway = new CopyOnWriteArrayList<>();

    private record SentAway(String namespace, Selection selection) {}

    private record Batch(NodeId to, List<SessionHandover> sessions, CompletableFuture<Outcome> outcome) {}

    Departure(Recovery recovery, SocketIo io) {
        this.recovery = recovery;
        this.io = io;
    }

    // ---- coming

    /** This node hears all others and has sent nothing yet. */
    void wake() {
        Optional<Map<String, Map<NodeId, Long>>> found =
                io.adapter().storedSessions().flatMap(StoredSessions::wake);
        if (found.isPresent()) {
            noteUntil = recovery.now()
                    + recovery.options().maxDisconnectionDuration().toNanos();
            note = found.get();
        }
    }

    /** True while sessions of before this node may be stored. */
    boolean mayFind() {
        return note != null && noteUntil - recovery.now() > 0;
    }

    /** Sockets are sent away, and do not come back; some of them may be stored. */
    void sentAway(String namespace, Selection selection) {
        if (!mayFind()) {
            return;
        }
        if (sentAway.size() >= MOST_SENT_AWAY) {
            note = null;
            sentAway.clear();
        } else {
            sentAway.add(new SentAway(namespace, selection));
        }
    }

    /** Takes a session that was stored before this node came, if everything that was sent since is known. */
    @Nullable
    RecoveryState find(String namespace, String pid) {
        Map<String, Map<NodeId, Long>> numbers = note;
        StoredSessions stored = io.adapter().storedSessions().orElse(null);
        SessionHandover found = stored == null || !mayFind()
                ? null
                : stored.take(namespace, pid).orElse(null);
        if (found == null
                || numbers == null
                || !isSame(found.session().known(), numbers.getOrDefault(namespace, Map.of()))
                || !found.session().missed().stream().allMatch(Offset::fits)) {
            return null;
        }
        RecoveryState state;
        try {
            state = recovery.exchange().stateOf(found.session());
        } catch (ArgumentException notJson) {
            return null;
        }
        RecoveryLog log = recovery.logOf(namespace);
        if (!recovery.exchange().adoption(log).takeStored(state, found) || wasSentAway(state, log)) {
            state.end();
            return null;
        }
        return state;
    }

    private boolean wasSentAway(RecoveryState state, RecoveryLog log) {
        log.hold();
        try {
            return note == null
                    || sentAway.stream()
                            .anyMatch(each ->
                                    each.namespace().equals(state.namespace()) && state.isMeant(each.selection()));
        } finally {
            log.release();
        }
    }

    private static boolean isSame(Map<NodeId, Long> one, Map<NodeId, Long> other) {
        Set<NodeId> nodes = new HashSet<>(one.keySet());
        nodes.addAll(other.keySet());
        return nodes.stream().allMatch(node -> one.getOrDefault(node, 0L).equals(other.getOrDefault(node, 0L)));
    }

    // ---- going

    /** Another node wants to hand sessions over; if they are wanted, {@link #accepted} follows. */
    boolean accepts(NodeId origin) {
        alsoGoing.add(origin);
        lock.lock();
        try {
            if (!going) {
                accepting++;
            }
            return !going;
        } finally {
            lock.unlock();
        }
    }

    /** Sessions of another node are here. */
    void accepted() {
        lock.lock();
        try {
            accepting--;
        } finally {
            lock.unlock();
        }
    }

    /** This node goes: it accepts no more sessions, and waits for those that are just coming. */
    void begin(Duration limit) {
        nodesBefore = io.nodes().stream().map(NodeDescriptor::id).collect(Collectors.toSet());
        numbersBefore = recovery.numbers();
        lock.lock();
        try {
            going = true;
        } finally {
            lock.unlock();
        }
        await(limit, () -> {
            lock.lock();
            try {
                return accepting == 0;
            } finally {
                lock.unlock();
            }
        });
    }

    /** Hands all sessions over, or stores them, and waits until that is done, or the time is over. */
    void handOverAll(List<RecoveryState> sessions) {
        if (sessions.isEmpty()) {
            return;
        }
        List<NodeId> others = others();
        others.removeAll(alsoGoing);
        Queue<Supplier<Optional<SessionHandover>>> left = new ConcurrentLinkedQueue<>();
        if (others.isEmpty()) {
            sessions.forEach(session -> left.add(() -> handover(session, nodesBefore)));
        } else {
            offer(sessions, others).forEach(session -> left.add(() -> Optional.of(session)));
        }
        if (!left.isEmpty()) {
            store(left);
        }
    }

    private List<NodeId> others() {
        return io.nodes().stream()
                .map(NodeDescriptor::id)
                .filter(id -> !id.equals(recovery.node()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Offers sessions to nodes; returns those that are at none of them. */
    private List<SessionHandover> offer(List<RecoveryState> sessions, List<NodeId> others) {
        List<Batch> batches = new ArrayList<>();
        List<SessionHandover> batch = new ArrayList<>();
        long bytes = 0;
        for (RecoveryState session : sessions) {
            Optional<SessionHandover> made = handover(session, nodesBefore);
            made.ifPresent(batch::add);
            bytes += made.map(Departure::bytes).orElse(0L);
            boolean full = batch.size() == BATCH || bytes > BATCH_BYTES;
            if (full || !batch.isEmpty() && session == sessions.getLast()) {
                bytes = 0;
                batches.add(offer(others.get(batches.size() % others.size()), batch));
                batch = new ArrayList<>();
            }
        }
        int taken = 0;
        int unknown = 0;
        List<SessionHandover> refused = new ArrayList<>();
        for (Batch each : batches) {
            switch (finalOutcome(each, others)) {
                case TAKEN -> taken += each.sessions().size();
                case REFUSED -> refused.addAll(each.sessions());
                case UNKNOWN -> unknown += each.sessions().size();
            }
        }
        LOGGER.log(
                System.Logger.Level.INFO,
                taken + " sessions of clients that may come back were handed to other nodes"
                        + (unknown == 0 ? "" : ", " + unknown + " in vain"));
        return refused;
    }

    private Batch offer(NodeId to, List<SessionHandover> sessions) {
        CompletableFuture<Outcome> outcome =
                io.adapter().handOver(to, sessions, HANDOVER).toCompletableFuture();
        for (SessionHandover session : sessions) {
            offered.put(session.session().pid(), outcome);
        }
        return new Batch(to, sessions, outcome);
    }

    /** Waits until another node has a session; false if that is not known in time, or it was offered to none yet. */
    boolean awaitTaken(String pid, Duration limit) {
        CompletableFuture<Outcome> outcome = offered.get(pid);
        try {
            return outcome != null && outcome.get(limit.toNanos(), TimeUnit.NANOSECONDS) == Outcome.TAKEN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Waits for a node's word; whatever one refuses is offered to the others. */
    private Outcome finalOutcome(Batch batch, List<NodeId> others) {
        Outcome outcome = batch.outcome().join();
        if (outcome == Outcome.REFUSED) {
            alsoGoing.add(batch.to());
            for (NodeId other : others) {
                if (outcome == Outcome.REFUSED && !alsoGoing.contains(other)) {
                    outcome = offer(other, batch.sessions()).outcome().join();
                    if (outcome == Outcome.REFUSED) {
                        alsoGoing.add(other);
                    }
                }
            }
        }
        // With nobody left there is nobody who could have them.
        return outcome == Outcome.UNKNOWN && others().isEmpty() ? Outcome.REFUSED : outcome;
    }

    private static long bytes(SessionHandover handover) {
        return SessionExchange.weight(handover.session())
                + handover.session().missed().stream().mapToLong(Payload::bytes).sum();
    }

    private Optional<SessionHandover> handover(RecoveryState session, Set<NodeId> nodes) {
        RecoveryLog log = recovery.findLog(session.namespace()).orElse(null);
        RecoveryState state =
                log == null ? null : recovery.store().take(session.pid(), session.namespace(), recovery.now());
        Payload data = state == null ? null : recovery.exchange().data(state);
        if (log == null || state == null || data == null) {
            return Optional.empty();
        }
        Map<NodeId, Long> numbers = nodes.stream().collect(Collectors.toMap(id -> id, id -> 0L));
        Duration left = Duration.ofNanos(state.expiresAt() - recovery.now());
        return Optional.ofNullable(new Handover(log, recovery.node(), numbers).of(state, data, left));
    }

    /** Stores sessions, until the time is over, they are too many or storing fails. */
    private void store(Queue<Supplier<Optional<SessionHandover>>> left) {
        StoredSessions stored = io.adapter().storedSessions().orElse(null);
        if (stored == null) {
            return;
        }
        long deadline = System.nanoTime() + HANDOVER.toNanos();
        AtomicLong room = new AtomicLong(recovery.options().maxBytes());
        AtomicInteger done = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < STORING_THREADS; i++) {
            threads.add(Thread.ofVirtual().name("roost-store-sessions").start(() -> {
                Supplier<Optional<SessionHandover>> next;
                while (!failed.get() && deadline - System.nanoTime() > 0 && (next = left.poll()) != null) {
                    SessionHandover session = next.get().orElse(null);
                    if (session == null) {
                        continue;
                    }
                    if (room.addAndGet(-bytes(session)) >= 0 && stored.put(onlyPresent(session))) {
                        done.incrementAndGet();
                    } else {
                        failed.set(true);
                    }
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            failed.set(true);
            Thread.currentThread().interrupt();
        }
        LOGGER.log(
                System.Logger.Level.INFO,
                done + " sessions of clients that may come back were stored, as no other node is there"
                        + (failed.get() || !left.isEmpty() ? "; the others are lost" : ""));
    }

    /** Nodes that went before can send nothing any more, and the last node need not have known them. */
    private SessionHandover onlyPresent(SessionHandover handover) {
        SavedSession session = handover.session();
        Map<NodeId, Long> known = new HashMap<>(session.known());
        known.keySet().removeIf(node -> !nodesBefore.contains(node) && !node.equals(recovery.node()));
        SavedSession stored = new SavedSession(
                session.namespace(),
                session.pid(),
                session.socketId(),
                session.rooms(),
                session.data(),
                session.missed(),
                known);
        return new SessionHandover(
                stored,
                handover.node(),
                handover.positions(),
                handover.connected(),
                handover.from(),
                handover.last(),
                handover.left());
    }

    /** Leaves a note for the node that comes next, if none stays. */
    void rest() {
        StoredSessions stored = io.adapter().storedSessions().orElse(null);
        if (stored == null || nodesBefore.isEmpty()) {
            return;
        }
        List<NodeId> others = others();
        boolean last = alsoGoing.containsAll(others)
                && others.stream()
                        .allMatch(other -> Integer.compareUnsigned(
                                        other.value(), recovery.node().value())
                                < 0)
                && await(OTHERS, () -> others().isEmpty());
        if (!last) {
            return;
        }
        Map<String, Map<NodeId, Long>> numbers = recovery.numbers();
        numbers.forEach((namespace, nodes) -> {
            Map<NodeId, Long> before = numbersBefore.getOrDefault(namespace, Map.of());
            // Who was gone by then and has said nothing since is of no interest.
            nodes.entrySet()
                    .removeIf(entry -> !nodesBefore.contains(entry.getKey())
                            && entry.getValue().equals(before.get(entry.getKey())));
        });
        stored.rest(numbers, recovery.options().maxDisconnectionDuration());
    }

    private static boolean await(Duration limit, Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.get()) {
            if (deadline - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
