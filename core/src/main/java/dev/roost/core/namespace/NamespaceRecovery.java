package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SharedLog;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.packet.Packet;
import dev.roost.core.recovery.LogEntry;
import dev.roost.core.recovery.Missed;
import dev.roost.core.recovery.Offset;
import dev.roost.core.recovery.RecoveryLog;
import dev.roost.core.recovery.RecoveryState;
import dev.roost.core.recovery.Turns.Turn;
import dev.roost.core.room.Group;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery of one namespace: gives events their places, and lets clients come back.
 *
 * <p>An event gets its position, its audience is found and it is handed to the loops in one hold of the log's lock, and
 * a socket joins, connects or comes back in another. So an event is either before or after each of these, in the log as
 * on the wire, and nothing falls between what is replayed and what follows.
 *
 * <p>Thread-safe. Spec: socket-io 12, adapter 12.
 */
final class NamespaceRecovery {
    /** Bytes of a packet around its payload, the namespace left out. */
    private static final int HEADER_BYTES = 16;

    private final Recovery recovery;
    private final Namespace namespace;
    private final Fanout fanout;
    private final RecoveryLog log;
    private final SharedRecovery logged;

    /** Held while an event with a number is sent: the one lock that may be held while an adapter blocks. */
    private final ReentrantLock sending;

    NamespaceRecovery(Recovery recovery, Namespace namespace, Fanout fanout) {
        this.recovery = recovery;
        this.namespace = namespace;
        this.fanout = fanout;
        Recovery.Kept kept = recovery.opened(namespace.name());
        this.log = kept.log();
        this.sending = kept.sending();
        this.logged = new SharedRecovery(recovery, namespace, fanout, log);
    }

    boolean skipsMiddlewares() {
        return recovery.options().skipMiddlewares();
    }

    /** The namespace is gone. */
    void closed() {
        recovery.closed(namespace.name());
    }

    // ---- sending

    /**
     * Sends an event of this node to all that are meant.
     *
     * <p>Whoever sends one with a number has others that do so wait until it is on its way, so that the other nodes
     * get them in order; nobody who receives ever waits for that.
     */
    void emit(Selection selection, Payload event) {
        SharedLog shared = recovery.sharedLog();
        if (shared != null) {
            logged.emit(shared, selection, event);
            return;
        }
        if (selection.flags().isVolatile() || selection.flags().local()) {
            deliver(selection, event);
            namespace.tellOthers(new Command.Broadcast(namespace.name(), selection, event));
            return;
        }
        List<Group<Socket, SessionLoop>> told;
        sending.lock();
        try {
            long number;
            log.hold();
            try {
                number = log.numbers().next();
                told = hand(selection, event, log.add(selection, event, recovery.node(), number, recovery.now()));
            } finally {
                log.release();
            }
            namespace.tellOthers(new Command.Broadcast(namespace.name(), selection, event, number));
        } finally {
            sending.unlock();
        }
        awaitRoom(told);
    }

    /** Delivers a numbered event of another node, and keeps it for those that are away. */
    void apply(NodeId origin, Command.Broadcast broadcast) {
        List<Group<Socket, SessionLoop>> told;
        log.hold();
        try {
            long position = recovery.record(log, origin, broadcast);
            told = hand(broadcast.selection(), broadcast.arguments(), position);
        } finally {
            log.release();
        }
        awaitRoom(told);
    }

    /** Delivers an event of the log all nodes read. */
    void logged(String id, Command.Broadcast broadcast) {
        logged.logged(id, broadcast);
    }

    /** Delivers an event to the sockets of this node that are meant, and keeps it for those that are away. */
    void deliver(Selection selection, Payload event) {
        if (!Offset.fits(event)) {
            // Not of our making: it can be delivered, but not be sent again.
            fanout.deliver(selection, event);
            return;
        }
        SharedLog shared = recovery.sharedLog();
        if (shared != null) {
            logged.deliver(shared, selection, event);
            return;
        }
        List<Group<Socket, SessionLoop>> told;
        log.hold();
        try {
            boolean isVolatile = selection.flags().isVolatile();
            told = hand(selection, event, isVolatile ? log.position() : log.add(selection, event, recovery.now()));
        } finally {
            log.release();
        }
        awaitRoom(told);
    }

    /** Hands an event to the loops; with the log held. */
    private List<Group<Socket, SessionLoop>> hand(Selection selection, Payload event, long position) {
        Selection.Flags flags = selection.flags();
        return fanout.hand(selection, () -> stamped(event, position, flags.isVolatile(), flags.compress()));
    }

    private void awaitRoom(List<Group<Socket, SessionLoop>> told) {
        Fanout.awaitRoom(told);
        recovery.kept();
    }

    /** Sends an event to one socket, and keeps it. */
    void emit(Socket socket, Payload event, boolean isVolatile, boolean compress) {
        RecoveryState state = socket.recoverable();
        if (state == null) {
            socket.transmit(
                    event,
                    Socket.message(
                            namespace.encoder().event(namespace.name(), Packet.NO_ACK, event), isVolatile, compress));
            return;
        }
        SharedLog shared = recovery.sharedLog();
        if (shared != null) {
            logged.emit(shared, socket, state, event, isVolatile, compress);
            return;
        }
        boolean gone;
        log.hold();
        try {
            gone = socket.gone();
            if (!gone) {
                long position = isVolatile ? log.position() : log.add(socket.id(), event, recovery.now());
                StampedEvent stamped = stamped(event, position, isVolatile, compress);
                socket.loop()
                        .enqueue(
                                () -> socket.outbound().stamped(stamped, false),
                                stamped.message().bytes());
            }
        } finally {
            log.release();
        }
        if (!gone) {
            socket.loop().awaitRoom();
            recovery.kept();
        } else if (!isVolatile && !state.isOver()) {
            // Whoever has this object still means the client, which may be back already, be it on another node.
            namespace.emit(
                    new Selection(Set.of(socket.id()), Set.of(), new Selection.Flags(false, compress, false)), event);
        }
    }

    private StampedEvent stamped(Payload event, long position, boolean isVolatile, boolean compress) {
        return new StampedEvent(namespace, event, new Offset(recovery.node(), position), isVolatile, compress);
    }

    // ---- rooms

    /** Joins rooms, from the next event on. */
    void join(Socket socket, RecoveryState state, Collection<String> rooms) {
        log.hold();
        try {
            for (String room : rooms) {
                if (namespace.rooms().join(socket.recipient(), room)) {
                    state.joined(room, log.position());
                }
            }
        } finally {
            log.release();
        }
    }

    /** Leaves a room, from the next event on. */
    void leave(Socket socket, RecoveryState state, String room) {
        log.hold();
        try {
            if (namespace.rooms().leave(socket.recipient(), room)) {
                state.left(room, log.position());
            }
        } finally {
            log.release();
        }
    }

    // ---- coming and going

    /** What a socket needs to be recoverable. */
    RecoveryState newState(String socketId) {
        return new RecoveryState(recovery.newPid(), namespace.name(), socketId);
    }

    /**
     * Takes the session a client wants back, unless it cannot be said what it missed. Not on a loop.
     *
     * @param mostBytes how much may be sent again
     */
    @Nullable
    Returning claim(ReturnRequest request, long mostBytes) {
        SharedLog shared = recovery.sharedLog();
        if (shared == null && !request.fitsNodes()) {
            return null;
        }
        Turn turn = recovery.want(request.pid());
        Returning claimed = null;
        try {
            claimed = shared == null ? found(request, mostBytes) : logged.claim(shared, request, mostBytes);
        } finally {
            if (claimed == null) {
                turn.end();
            } else {
                claimed.state().foundIn(turn);
            }
        }
        return claimed;
    }

    private @Nullable Returning found(ReturnRequest request, long mostBytes) {
        RecoveryState state = recovery.claim(request.pid(), namespace.name());
        Optional<Offset> remembered = request.offset();
        if (state == null) {
            state = recovery.exchange().take(request, namespace.name(), log, mostBytes);
            if (state != null) {
                // From here on everything it missed is in this log.
                remembered = Optional.empty();
            } else {
                // The node that had it may have handed it over just now.
                state = recovery.claim(request.pid(), namespace.name());
            }
        }
        if (state == null) {
            state = recovery.departure().find(namespace.name(), request.pid());
        }
        if (state == null) {
            return null;
        }
        if (state.isHanded()) {
            if (!log.settle(state, remembered, recovery.now())) {
                state.end();
                return null;
            }
            remembered = Optional.empty();
        }
        Missed missed = log.missed(state, remembered, recovery.node());
        if (missed != null && log.readAlmostAll(missed) && bytesOnTheWire(missed) <= mostBytes) {
            return new FromHere(state, missed);
        }
        state.end();
        return null;
    }

    private long bytesOnTheWire(Missed missed) {
        return missed.bytes()
                + (long) missed.entries().size()
                        * (HEADER_BYTES + 3L * namespace.name().length());
    }

    /** A socket that is new connects: what comes from now on is for it. On its loop. */
    void connect(Socket socket, RecoveryState state) {
        log.hold();
        try {
            state.connected(log.position());
            SharedLog shared = recovery.sharedLog();
            if (shared != null) {
                logged.connects(shared, state);
            }
            socket.enter();
        } finally {
            log.release();
        }
        recovery.connected(socket, state);
    }

    /**
     * A socket that comes back connects, and gets what it missed. On its loop.
     *
     * @return false if it can no longer be said what it missed
     */
    boolean reconnect(Socket socket, Returning returning) {
        return switch (returning) {
            case FromHere here -> reconnect(socket, here.state(), here.missed());
            case ComingBack back -> logged.reconnect(socket, back);
        };
    }

    private boolean reconnect(Socket socket, RecoveryState state, Missed missed) {
        log.hold();
        try {
            if (!log.read(missed, Integer.MAX_VALUE)
                    || bytesOnTheWire(missed) > socket.connection().outboxRoom()) {
                recovery.ended(socket, state);
                return false;
            }
            state.replayed(log.position());
            socket.enter();
        } finally {
            log.release();
        }
        recovery.connected(socket, state);
        for (LogEntry entry : missed.entries()) {
            state.sent(entry.position());
            StampedEvent event = stamped(
                    entry.event(),
                    entry.position(),
                    false,
                    entry.selection().flags().compress());
            socket.outbound().replay(event.message());
        }
        return true;
    }

    /** A socket is gone; called before it leaves its rooms, on its loop. */
    void left(Socket socket, RecoveryState state, boolean wasConnected, DisconnectReason reason) {
        SharedLog shared = recovery.sharedLog();
        if (shared != null && !wasConnected) {
            logged.forget(state.pid());
        }
        if (!reason.isRecoverable() || state.isOver() || !wasConnected && !socket.recovered()) {
            recovery.ended(socket, state);
        } else if (shared != null) {
            logged.lost(shared, socket, state);
        } else if (wasConnected) {
            lost(socket, state);
        } else {
            lostAgain(socket, state);
        }
    }

    private void lost(Socket socket, RecoveryState state) {
        long position = log.position();
        state.keep(socket.dataIfAny());
        recovery.leaving(state);
        // What was handed over before reaches the socket before this does, and is seen not to be sent.
        socket.loop().execute(() -> {
            state.sealed(position);
            recovery.away(socket, state, weight(state));
        });
    }

    /** It was not back yet, so nothing has changed. */
    private void lostAgain(Socket socket, RecoveryState state) {
        state.keep(socket.dataIfAny());
        recovery.away(socket, state, weight(state));
        Thread.startVirtualThread(() -> recovery.weigh(socket, state));
    }

    /** Learns how large the application's data is, in the mailbox. */
    void weigh(Socket socket, RecoveryState state) {
        if (recovery.sharedLog() == null) {
            recovery.weigh(socket, state);
        }
    }

    /** A client was lost before its session came to be a socket's. */
    void giveBack(RecoveryState state) {
        SharedLog shared = recovery.sharedLog();
        if (shared == null) {
            recovery.givenBack(state, weight(state));
        } else {
            logged.giveBack(shared, state);
        }
    }

    private long weight(RecoveryState state) {
        log.hold();
        try {
            return state.weight();
        } finally {
            log.release();
        }
    }

    /** Those who are away and meant do not come back. */
    void forget(Selection selection) {
        recovery.departure().sentAway(namespace.name(), selection);
        Set<RecoveryState> meant = new HashSet<>();
        for (RecoveryState state : recovery.away()) {
            if (state.namespace().equals(namespace.name()) && isMeant(state, selection)) {
                meant.add(state);
            }
        }
        if (!meant.isEmpty()) {
            recovery.forget(meant);
        }
    }

    /** The one who had this socket does not come back to it. */
    void forget(RecoveryState state) {
        recovery.forget(Set.of(state));
        SharedLog shared = recovery.sharedLog();
        if (shared != null) {
            state.end();
            Thread.startVirtualThread(() -> logged.forgetStored(shared, state));
        }
    }

    private boolean isMeant(RecoveryState state, Selection selection) {
        log.hold();
        try {
            return state.isMeant(selection);
        } finally {
            log.release();
        }
    }

    /** Has a socket that comes back in its rooms, before its middlewares run. */
    void rejoin(Socket socket, RecoveryState state) {
        log.hold();
        try {
            for (String room : state.rooms()) {
                namespace.rooms().join(socket.recipient(), room);
            }
        } finally {
            log.release();
        }
    }

    /** A client that comes back, between the claim and the moment it is connected. */
    sealed interface Returning permits FromHere, ComingBack {
        /** What it comes back to. */
        RecoveryState state();
    }

    /**
     * One whose session this node has.
     *
     * @param missed what is known by now of what it missed
     */
    record FromHere(RecoveryState state, Missed missed) implements Returning {}
}
