package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.SharedLog;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.recovery.RecoveryLog;
import dev.roost.core.recovery.RecoveryState;
import dev.roost.core.recovery.SessionStore;
import dev.roost.core.recovery.Turns;
import dev.roost.core.recovery.Turns.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery of one process: who is away, what they miss, and whose secret is whose.
 *
 * <p>The logs are kept here by name, since a namespace made by a pattern goes with its last client, and that may come
 * back. One timer forgets what is too old.
 *
 * <p>Thread-safe. Spec: socket-io 12, features R01 to R08.
 */
final class Recovery {
    private static final System.Logger LOGGER = System.getLogger(Recovery.class.getName());
    private static final LimitedLog LOSSES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    /** In the first seconds of a process it may not have heard of what others sent before. */
    private static final long SETTLING_NANOS = Duration.ofSeconds(5).toNanos();

    /** What somebody else may take who wants the same session. */
    private static final Duration TURN = Duration.ofSeconds(4);

    /** What the last clients of a node that goes may take to be kept, and sessions of others to be here. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    private static final long PAUSE_NANOS = 1_000_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final int CHECKS = 4;

    private final SocketIo io;
    private final ConnectionStateRecovery options;
    private final SessionExchange exchange;
    private final Departure departure;
    private final Takeover takeover;
    private final SessionIds pids;
    private final long durationNanos;
    private final SessionStore store;
    private final ConcurrentHashMap<String, Kept> logs = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Socket> connected = new ConcurrentHashMap<>();

    /** Those whose socket is gone, and that will be in the store once it has seen what was under way to it. */
    private final Set<RecoveryState> leaving = ConcurrentHashMap.newKeySet();

    /** Who wants a session that is wanted by another, or on its way to a client, waits what becomes of it. */
    private final Turns turns = new Turns(TURN);

    private final AtomicLong logBytes = new AtomicLong();
    private final AtomicLong highestPosition = new AtomicLong();
    private final AtomicReference<@Nullable Scheduler> clock = new AtomicReference<>();
    private final AtomicBoolean timed = new AtomicBoolean();
    private final AtomicBoolean announcing = new AtomicBoolean();
    private volatile long joinedAt;

    /** Open unless sessions are on their way to other nodes. */
    private volatile CountDownLatch handedOver = new CountDownLatch(0);

    Recovery(SocketIo io, ConnectionStateRecovery options, NodeId node) {
        this.io = io;
        this.options = options;
        this.exchange = new SessionExchange(this, io);
        this.departure = new Departure(this, io);
        this.takeover = new Takeover(this::now, Takeover.YOUNG);
        this.pids = new SessionIds(node);
        this.durationNanos = options.maxDisconnectionDuration().toNanos();
        this.store =
                new SessionStore(options.maxSessions(), Math.max(1, options.maxBytes() / 2), options.maxSessionBytes());
    }

    ConnectionStateRecovery options() {
        return options;
    }

    /** This process has joined others, and is known by this id. */
    void joined(NodeId node) {
        pids.redrawn(node);
        joinedAt = now();
    }

    /** Gives sessions to other nodes and takes theirs. */
    SessionExchange exchange() {
        return exchange;
    }

    /** What becomes of sessions when this node goes, and of those others left when it came. */
    Departure departure() {
        return departure;
    }

    NodeId node() {
        return pids.node();
    }

    /** The log all nodes read; null if each has its own. */
    @Nullable
    SharedLog sharedLog() {
        return io.adapter().sharedLog().orElse(null);
    }

    /** Has a clock to go by, the first one it gets. */
    void goBy(Scheduler scheduler) {
        clock.compareAndSet(null, scheduler);
    }

    /** A namespace came to be: its log, from an earlier life of it if there was one. */
    Kept opened(String namespace) {
        return logs.compute(namespace, (name, present) -> (present == null ? newLog() : present).withUsers(1));
    }

    /** A namespace is gone; its log stays as long as anybody may come back. */
    void closed(String namespace) {
        logs.computeIfPresent(namespace, (name, present) -> present.withUsers(-1));
        startTimer();
    }

    private Kept newLog() {
        return new Kept(
                new RecoveryLog(highestPosition.get(), options.maxPackets(), durationNanos, logBytes),
                new ReentrantLock(),
                0);
    }

    String newPid() {
        return pids.next();
    }

    long now() {
        Scheduler scheduler = clock.get();
        return scheduler == null ? System.nanoTime() : scheduler.nanoTime();
    }

    // ---- sessions

    /**
     * A client wants a session. Its last attempt may still be under way, on a connection that is over already: what
     * that takes it gives back. The turn ends with {@link Turn#end}, or as the one of the session that was found in it.
     */
    Turn want(String pid) {
        return turns.begin(pid);
    }

    /** Waits what becomes of a session that is on its way to a client of this node. */
    void awaitDecided(String pid) {
        turns.await(pid);
    }

    /** It is known what became of a session: its client has it, or somebody else may. */
    void decided(RecoveryState state) {
        decided(state.leaveTurn());
    }

    private static void decided(@Nullable Turn turn) {
        if (turn != null) {
            turn.end();
        }
    }

    private static boolean await(CountDownLatch latch, Duration limit) {
        try {
            return latch.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A socket is connected. */
    void connected(Socket socket, RecoveryState state) {
        state.connectedAt(now());
        store.returned(state);
        connected.put(state.pid(), socket);
        decided(state);
    }

    /** A socket is gone, and nobody comes back to it. */
    void ended(Socket socket, RecoveryState state) {
        state.end();
        connected.remove(state.pid(), socket);
        decided(state);
    }

    /** A socket is about to be gone, and its client may come back. */
    void leaving(RecoveryState state) {
        leaving.add(state);
    }

    /** A socket is gone, and its client may come back; {@code weight} without data. */
    void away(Socket socket, RecoveryState state, long weight) {
        // Once it is kept it may be taken in the turn of another.
        Turn turn = state.leaveTurn();
        if (!keep(state, weight)) {
            LOSSES.log(tooLarge(socket.toString()));
        }
        leaving.remove(state);
        if (state.isOver()) {
            store.remove(state::equals);
        }
        connected.remove(state.pid(), socket);
        decided(turn);
    }

    /** A socket is gone, and its session is where all nodes find it. */
    void stored(Socket socket, RecoveryState state) {
        leaving.remove(state);
        connected.remove(state.pid(), socket);
        decided(state);
    }

    /** All that may come back. */
    List<RecoveryState> away() {
        List<RecoveryState> all = new ArrayList<>(leaving);
        all.addAll(store.all());
        return all;
    }

    /** These do not come back. */
    void forget(Set<RecoveryState> sessions) {
        sessions.stream().filter(leaving::contains).forEach(RecoveryState::end);
        store.remove(sessions::contains);
    }

    /** A client may come back; false if its session is too large. */
    private boolean keep(RecoveryState state, long weight) {
        startTimer();
        return store.put(state, weight, now() + durationNanos);
    }

    /** Learns how large the data of a session is; in a mailbox, since its form is the application's. */
    void weigh(Socket socket, RecoveryState state) {
        if (state.data() == null) {
            return;
        }
        long bytes;
        try {
            bytes = socket.namespace().binding().value(state.data()).payload().bytes();
        } catch (IllegalArgumentException e) {
            LOSSES.log(
                    "the data of " + LimitedLog.safe(socket.toString()) + " cannot be written, so its client cannot"
                            + " come back to it",
                    e);
            bytes = Long.MAX_VALUE / 2;
        }
        if (!store.weighed(state, bytes)) {
            LOSSES.log(tooLarge(socket.toString()));
        }
    }

    String tooLarge(String socket) {
        return "the session of " + LimitedLog.safe(socket) + " has more than "
                + options.maxSessionBytes() + " bytes (connection-state-recovery.max-session-bytes), so its client"
                + " cannot come back to it";
    }

    /** Takes the session a client wants back; may wait until the connection it had is over. Not on a loop. */
    @Nullable
    RecoveryState claim(String pid, String namespace) {
        RecoveryState state = store.take(pid, namespace, now());
        if (state != null) {
            return state;
        }
        Socket present = connected.get(pid);
        if (present == null || !present.namespace().name().equals(namespace) || !takeover.end(present)) {
            return null;
        }
        return store.take(pid, namespace, now());
    }

    /**
     * Waits until the session of a client is stored, if a socket of this node still has it; false if that does not
     * give it up. Not on a loop.
     */
    boolean isFree(String pid, String namespace) {
        Socket present = connected.get(pid);
        if (present == null) {
            return true;
        }
        if (!present.namespace().name().equals(namespace) || !takeover.end(present)) {
            return false;
        }
        long deadline = System.nanoTime() + LEAVING.toNanos();
        while (present.equals(connected.get(pid))) {
            if (deadline - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** The log of a namespace that may be gone. */
    Optional<RecoveryLog> findLog(String namespace) {
        return Optional.ofNullable(logs.get(namespace)).map(Kept::log);
    }

    // ---- other nodes

    /** How far each node is, by namespace, as far as this one knows. */
    Map<String, Map<NodeId, Long>> numbers() {
        Map<String, Map<NodeId, Long>> all = new HashMap<>();
        logs.forEach((namespace, kept) -> {
            kept.log().hold();
            try {
                all.put(namespace, kept.log().numbers().all(node()));
            } finally {
                kept.log().release();
            }
        });
        return all;
    }

    /** Events of another node, or of all, may have been lost. */
    void gap(Optional<NodeId> origin) {
        for (Kept kept : logs.values()) {
            RecoveryLog log = kept.log();
            log.hold();
            try {
                origin.ifPresentOrElse(log.numbers()::lost, () -> log.numbers().lostAll());
                log.gap();
            } finally {
                log.release();
            }
        }
    }

    /** The log of a namespace, made if there is none, whether this node has the namespace or not. */
    RecoveryLog logOf(String namespace) {
        return logs.computeIfAbsent(namespace, name -> newLog()).log();
    }

    /** A client is gone before it came back. */
    void givenBack(RecoveryState state, long weight) {
        Turn turn = state.leaveTurn();
        keep(state, weight);
        decided(turn);
    }

    /** Keeps a session for a time. */
    void keep(RecoveryState state, long weight, Duration left) {
        store.put(state, weight, now() + Math.min(durationNanos, left.toNanos()));
        startTimer();
    }

    /** Hands every session over to nodes that stay; waits for them. Once no connection is left. */
    void handOver() {
        long deadline = System.nanoTime() + LEAVING.toNanos();
        while (!leaving.isEmpty() && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        CountDownLatch done = new CountDownLatch(1);
        handedOver = done;
        try {
            departure.begin(LEAVING);
            departure.handOverAll(store.all());
        } finally {
            done.countDown();
        }
    }

    /** Waits until the sessions that are being handed over are where they belong, if there are any. */
    void awaitHandover(Duration limit) {
        if (!await(handedOver, limit)) {
            LOSSES.log("the other nodes take long to accept sessions");
        }
    }

    SessionStore store() {
        return store;
    }

    /** Keeps a numbered event of another node in a namespace this node does not have. */
    void record(NodeId origin, Command.Broadcast broadcast) {
        record(logOf(broadcast.namespace()), origin, broadcast);
        kept();
    }

    /** Keeps a numbered event of another node; returns its position. */
    long record(RecoveryLog log, NodeId origin, Command.Broadcast broadcast) {
        log.hold();
        try {
            if (!log.numbers().came(origin, broadcast.number(), isTrusted(origin))) {
                log.gap();
            }
            log.changed();
            return log.add(broadcast.selection(), broadcast.arguments(), origin, broadcast.number(), now());
        } finally {
            log.release();
        }
    }

    /** Another node said how far it is. */
    void announced(NodeId origin, String namespace, long number) {
        RecoveryLog log = logOf(namespace);
        log.hold();
        try {
            if (!log.numbers().announced(origin, number, isTrusted(origin))) {
                log.gap();
            }
            log.changed();
        } finally {
            log.release();
        }
        startTimer();
    }

    /** True if what a node sent before is no loss: it is older than this one, which would have noticed one since. */
    private boolean isTrusted(NodeId origin) {
        if (now() - joinedAt < SETTLING_NANOS) {
            return false;
        }
        long epoch = io.node().epoch();
        return io.nodes().stream().anyMatch(node -> node.id().equals(origin) && node.epoch() < epoch);
    }

    /** Tells the other nodes how far this one is in every namespace. */
    void announce() {
        if (!announcing.compareAndSet(false, true)) {
            return;
        }
        // Who sends may hold a lock while the adapter blocks, and this is called where frames are received.
        Thread.ofVirtual().name("roost-announce").start(() -> {
            announcing.set(false);
            logs.forEach(this::announce);
        });
    }

    private void announce(String namespace, Kept kept) {
        kept.sending().lock();
        try {
            long number;
            kept.log().hold();
            try {
                number = kept.log().numbers().own();
            } finally {
                kept.log().release();
            }
            if (number > 0) {
                io.adapter().announce(namespace, number);
            }
        } finally {
            kept.sending().unlock();
        }
    }

    // ---- what is too old, or too much

    /** Something was kept: makes room if there is too much. Not with a log held. */
    void kept() {
        startTimer();
        long most = Math.max(1, options.maxBytes() / 2);
        for (long excess = logBytes.get() - most; excess > 0; excess = logBytes.get() - most) {
            RecoveryLog largest = logs.values().stream()
                    .map(Kept::log)
                    .max(Comparator.comparingLong(RecoveryLog::bytes))
                    .orElse(null);
            if (largest == null || largest.bytes() == 0) {
                return;
            }
            largest.free(excess);
        }
    }

    private void startTimer() {
        Scheduler scheduler = clock.get();
        if (scheduler == null || timed.get() || !timed.compareAndSet(false, true)) {
            return;
        }
        Duration pause = options.maxDisconnectionDuration().dividedBy(CHECKS);
        scheduler.schedule(this::expire, pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
    }

    private void expire() {
        timed.set(false);
        long now = now();
        store.expire(now);
        Set<String> awaited = new HashSet<>();
        store.all().forEach(session -> awaited.add(session.namespace()));
        boolean unused = false;
        for (String name : logs.keySet()) {
            Kept left = logs.computeIfPresent(name, (same, kept) -> {
                kept.log().expire(now);
                return kept.users() > 0 || kept.log().bytes() > 0 || awaited.contains(same) || departure.mayFind()
                        ? kept
                        : forget(kept.log());
            });
            unused |= left != null && left.users() == 0;
        }
        if (!awaited.isEmpty() || unused || logBytes.get() > 0) {
            startTimer();
        }
    }

    private @Nullable Kept forget(RecoveryLog log) {
        highestPosition.accumulateAndGet(log.position(), Math::max);
        return null;
    }

    /**
     * The log of a namespace.
     *
     * @param sending held while an event with a number goes to the other nodes
     * @param users how many namespaces write to it: one, or none any more; two while one makes room for the next
     */
    record Kept(RecoveryLog log, ReentrantLock sending, int users) {
        Kept withUsers(int more) {
            return new Kept(log, sending, users + more);
        }
    }
}
