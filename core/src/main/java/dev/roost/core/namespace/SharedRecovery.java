package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.LoggedSession;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SharedLog;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.recovery.Offset;
import dev.roost.core.recovery.RecoveryLog;
import dev.roost.core.recovery.RecoveryState;
import dev.roost.core.room.Group;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery of one namespace where all nodes read one log: what clients remember are ids of its
 * entries, and any node can say what they missed.
 *
 * <p>Two events of two nodes must not reach one client in an order that is not that of the log: it would remember the
 * earlier one last, or never get the later one. So events of this node are handed to its sockets when they are read
 * back, and whoever sends one waits for that; else what it does next would overtake the event. An event the log does not
 * take is delivered all the same, and those who are connected then do not come back.
 *
 * <p>Who comes back gets what the log says, up to a place this node has read, and what it has read since the session was
 * found; both overlap. Positions here only order what is handed over, nothing is kept under them.
 *
 * <p>Thread-safe: guarded by the lock of the namespace's log. Spec: redis-wire 4, adapter 12.
 */
final class SharedRecovery {
    private static final System.Logger LOGGER = System.getLogger(SharedRecovery.class.getName());
    private static final LimitedLog LOSSES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);
    private static final int LONGEST_ID = 64;

    /** A session is looked for again after pauses that double: for a third of a second in all. */
    private static final long FIRST_PAUSE_NANOS = 10_000_000;

    private static final long LAST_PAUSE_NANOS = 160_000_000;

    private final Recovery recovery;
    private final Namespace namespace;
    private final Fanout fanout;
    private final RecoveryLog log;

    /** Clients that are on their way back, by secret. Guarded by the lock of the log. */
    private final Map<String, ComingBack> coming = new HashMap<>();

    /** Id of the last entry that was handed over; guarded by the lock of the log. */
    private @Nullable String last;

    SharedRecovery(Recovery recovery, Namespace namespace, Fanout fanout, RecoveryLog log) {
        this.recovery = recovery;
        this.namespace = namespace;
        this.fanout = fanout;
        this.log = log;
    }

    // ---- sending

    /** Sends an event of this node to all that are meant, and waits until those here have been told. */
    void emit(SharedLog shared, Selection selection, Payload event) {
        if (selection.flags().isVolatile() || selection.flags().local()) {
            deliver(shared, selection, event);
            namespace.tellOthers(new Command.Broadcast(namespace.name(), selection, event));
        } else if (!shared.append(new Command.Broadcast(namespace.name(), selection, event))) {
            unlogged(shared, selection, event);
        }
    }

    /** The log did not take an event: nobody who is here, or is on the way, can be told later what it missed. */
    private void unlogged(SharedLog shared, Selection selection, Payload event) {
        LOSSES.log("an event of " + LimitedLog.safe(namespace.name())
                + " is not in the log of all nodes, so clients that are connected now cannot come back");
        log.gap();
        deliver(shared, selection, event);
    }

    /** Delivers an event that has no entry to those who are here; they go on to remember the entry before it. */
    void deliver(SharedLog shared, Selection selection, Payload event) {
        List<Group<Socket, SessionLoop>> told;
        log.hold();
        try {
            told = hand(selection, event, place(selection.flags().isVolatile()), latest(shared));
        } finally {
            log.release();
        }
        Fanout.awaitRoom(told);
    }

    /** Delivers an event of the log, whoever has sent it. */
    void logged(String id, Command.Broadcast broadcast) {
        if (!Offset.fits(broadcast.arguments())) {
            fanout.deliver(broadcast.selection(), broadcast.arguments());
            return;
        }
        List<Group<Socket, SessionLoop>> told;
        log.hold();
        try {
            last = id;
            if (!broadcast.selection().flags().isVolatile()) {
                coming.values().forEach(each -> each.logged(id, broadcast));
            }
            told = hand(broadcast.selection(), broadcast.arguments(), log.pass(), id);
        } finally {
            log.release();
        }
        Fanout.awaitRoom(told);
    }

    private List<Group<Socket, SessionLoop>> hand(Selection selection, Payload event, long position, String offset) {
        Selection.Flags flags = selection.flags();
        return fanout.hand(
                selection,
                () -> new StampedEvent(namespace, event, position, offset, flags.isVolatile(), flags.compress()));
    }

    /** Sends an event to one socket. */
    void emit(
            SharedLog shared, Socket socket, RecoveryState state, Payload event, boolean isVolatile, boolean compress) {
        boolean gone = socket.gone();
        if (gone && (isVolatile || state.isOver())) {
            return;
        }
        if (!gone && (isVolatile || !socket.connected() && !socket.recovered())) {
            // What a middleware says goes out at once; the log has nothing from before the connection.
            log.hold();
            try {
                StampedEvent stamped =
                        new StampedEvent(namespace, event, place(isVolatile), latest(shared), isVolatile, compress);
                socket.loop()
                        .enqueue(
                                () -> socket.outbound().stamped(stamped, false),
                                stamped.message().bytes());
            } finally {
                log.release();
            }
            socket.loop().awaitRoom();
            return;
        }
        emit(shared, new Selection(Set.of(socket.id()), Set.of(), new Selection.Flags(false, compress, false)), event);
    }

    /** Position of an event without entry: one of its own unless it may be left out; with the log held. */
    private long place(boolean isVolatile) {
        return isVolatile ? log.position() : log.pass();
    }

    /** Id of the last entry that has been handed over; with the log held. */
    private String latest(SharedLog shared) {
        String read = shared.position(namespace.name());
        String handed = last;
        return handed != null && shared.order().compare(handed, read) > 0 ? handed : read;
    }

    // ---- coming

    /** A socket that is new connects; with the log held. */
    void connects(SharedLog shared, RecoveryState state) {
        state.since(latest(shared));
    }

    /**
     * Takes the session a client wants back, unless it cannot be said what it missed. Not on a loop.
     *
     * @param mostBytes how much may be sent again
     */
    @Nullable
    ComingBack claim(SharedLog shared, ReturnRequest request, long mostBytes) {
        if (!request.valid() || !recovery.isFree(request.pid(), namespace.name())) {
            return null;
        }
        LoggedSession session = take(shared, request);
        if (session == null || !isAcceptable(session)) {
            return null;
        }
        RecoveryState state = recovery.exchange().stateOf(session);
        if (state == null) {
            return null;
        }
        // Who does not say since when was stored by somebody who knows only what clients remember.
        state.since(session.since().or(request::said).orElse(""));
        ComingBack back = begin(state, session, mostBytes);
        Optional<List<SharedLog.Entry>> missed = shared.missed(session, request.said(), mostBytes);
        if (missed.isEmpty() || !missed.get().stream().allMatch(entry -> Offset.fits(entry.event()))) {
            forget(request.pid());
            return null;
        }
        back.found(missed.get(), shared.order());
        return back;
    }

    /** Finds a session; the node that has it may be about to store it, while its client is back already. */
    private @Nullable LoggedSession take(SharedLog shared, ReturnRequest request) {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Optional<LoggedSession> found = shared.take(namespace.name(), request.pid(), request.said());
            if (found.isPresent()
                    || pause > LAST_PAUSE_NANOS
                    || Thread.currentThread().isInterrupted()) {
                return found.orElse(null);
            }
            LockSupport.parkNanos(pause);
            pause *= 2;
        }
    }

    /** What is stored is not of this node's making: it has to keep to this node's limits. */
    private boolean isAcceptable(LoggedSession session) {
        SocketIoOptions options = namespace.options();
        return session.namespace().equals(namespace.name())
                && !session.socketId().isEmpty()
                && session.socketId().length() <= LONGEST_ID
                && namespace.socket(session.socketId()).isEmpty()
                && session.data().bytes() <= recovery.options().maxSessionBytes()
                && session.rooms().size() <= options.maxRoomsPerSocket()
                && session.rooms().stream().allMatch(room -> room.length() <= options.maxRoomNameLength());
    }

    private ComingBack begin(RecoveryState state, LoggedSession session, long mostBytes) {
        log.hold();
        try {
            long position = log.position();
            state.connected(position);
            session.rooms().forEach(room -> state.joined(room, position));
            ComingBack back = new ComingBack(state, mostBytes);
            coming.put(state.pid(), back);
            return back;
        } finally {
            log.release();
        }
    }

    /**
     * A socket that comes back connects, and gets what it missed. On its loop.
     *
     * @return false if it can no longer be said what it missed
     */
    boolean reconnect(Socket socket, ComingBack back) {
        RecoveryState state = back.state();
        List<SharedLog.Entry> missed;
        log.hold();
        try {
            coming.remove(state.pid());
            missed = back.missed();
            if (missed == null
                    || !isWhole(state)
                    || bytesOnTheWire(missed) > socket.connection().outboxRoom()) {
                recovery.ended(socket, state);
                return false;
            }
            state.connected(log.position());
            state.replayed(log.position());
            socket.enter();
        } finally {
            log.release();
        }
        recovery.connected(socket, state);
        for (SharedLog.Entry entry : missed) {
            socket.outbound()
                    .replay(new StampedEvent(namespace, entry.event(), 0, entry.id(), false, entry.compress())
                            .message());
        }
        return true;
    }

    private long bytesOnTheWire(List<SharedLog.Entry> missed) {
        long sum = 0;
        for (SharedLog.Entry entry : missed) {
            sum += entry.event().bytes()
                    + ComingBack.OVERHEAD
                    + 3L * namespace.name().length();
        }
        return sum;
    }

    /** True unless something was sent since it connected that is not in the log; with the log held. */
    private boolean isWhole(RecoveryState state) {
        return state.connected() >= log.completeFrom();
    }

    // ---- going

    /** A socket is gone whose client may come back, to any node. On its loop. */
    void lost(SharedLog shared, Socket socket, RecoveryState state) {
        state.keep(socket.dataIfAny());
        recovery.leaving(state);
        store(shared, state, () -> recovery.stored(socket, state));
    }

    /** A client was lost before its session came to be a socket's. */
    void giveBack(SharedLog shared, RecoveryState state) {
        forget(state.pid());
        store(shared, state, () -> recovery.decided(state));
    }

    private void store(SharedLog shared, RecoveryState state, Runnable then) {
        Set<String> rooms;
        boolean whole;
        log.hold();
        try {
            rooms = state.rooms();
            whole = isWhole(state);
        } finally {
            log.release();
        }
        Thread.ofVirtual().name("roost-store-session").start(() -> {
            try {
                Payload data = whole && !state.isOver() ? recovery.exchange().data(state) : null;
                if (data != null && isSmall(state, data)) {
                    shared.keep(
                            new LoggedSession(
                                    state.namespace(),
                                    state.pid(),
                                    state.socketId(),
                                    rooms,
                                    data,
                                    Optional.ofNullable(state.since())),
                            recovery.options().maxDisconnectionDuration());
                    if (state.isOver()) {
                        forgetStored(shared, state);
                    }
                }
            } finally {
                then.run();
            }
        });
    }

    private boolean isSmall(RecoveryState state, Payload data) {
        if (data.bytes() <= recovery.options().maxSessionBytes()) {
            return true;
        }
        LOSSES.log(recovery.tooLarge("Socket[" + state.socketId() + " " + state.namespace() + "]"));
        return false;
    }

    /** Nobody comes back to a session; may block. */
    void forgetStored(SharedLog shared, RecoveryState state) {
        shared.take(state.namespace(), state.pid(), Optional.ofNullable(state.since()));
    }

    /** A client is not on its way back any more. */
    void forget(String pid) {
        log.hold();
        try {
            coming.remove(pid);
        } finally {
            log.release();
        }
    }
}
