package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.packet.Arguments;
import dev.roost.core.recovery.RecoveryState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client of one socket, and what that client still owes.
 *
 * <p>Confined to the loop. Spec: socket-io 6.
 */
final class Outbound {
    private final Socket socket;
    private final NamespaceRouter router;
    private final PendingAcks acks;
    private @Nullable OutgoingEvents shown;

    Outbound(Socket socket, NamespaceRouter router, int maxPendingAcks) {
        this.socket = socket;
        this.router = router;
        this.acks = new PendingAcks(maxPendingAcks);
    }

    /** Sends an event; false if the client will not get it. */
    boolean event(Payload event, OutboundMessage message) {
        if (socket.gone() || !router.session().append(message)) {
            return false;
        }
        if (socket.listeners().has(Listener.OnAnyOutgoing.class)) {
            show(event);
        }
        return true;
    }

    private void show(Payload event) {
        OutgoingEvents present = shown;
        if (present == null) {
            present = new OutgoingEvents(socket, router.io().options());
            shown = present;
        }
        Runnable look = present.look(event);
        if (look != null) {
            router.handOff(socket.inbox(), look);
        }
    }

    /** Sends an event to one of many; nothing happens unless it is connected. */
    void broadcast(Payload event, OutboundMessage message) {
        if (socket.connected()) {
            event(event, message);
        }
    }

    /**
     * Sends an event that has a place in the log.
     *
     * @param toMany whether it is a broadcast, which only those get that are connected
     */
    void stamped(StampedEvent stamped, boolean toMany) {
        RecoveryState state = socket.recoverable();
        if (state == null) {
            if (!toMany || socket.connected()) {
                event(stamped.event(), stamped.plain());
            }
        } else if (socket.gone()) {
            if (!stamped.isVolatile() && state.owner() == socket) {
                state.unsent(stamped.position());
            }
        } else if (socket.connected()
                ? !state.hasHad(stamped.position(), stamped.isVolatile())
                // Who comes back gets what is in the log, in its order, once it is connected.
                : !toMany && !socket.recovered()) {
            if (!stamped.isVolatile()) {
                state.sent(stamped.position());
            }
            event(stamped.event(), stamped.message());
        }
    }

    /** Sends an event again that the client missed. */
    void replay(OutboundMessage message) {
        router.session().append(message);
    }

    /** Sends an event whose acknowledgement somebody waits for. */
    void request(Payload event, OutboundMessage message, long ackId, PendingAcks.Waiter waiter, Duration timeout) {
        if (socket.gone() || !router.session().open()) {
            waiter.failed(AckException.Reason.DISCONNECTED);
        } else if (message.isVolatile() && !router.session().writable()) {
            waiter.failed(AckException.Reason.NOT_SENT);
        } else if (!acks.add(ackId, waiter, router.loop(), timeout)) {
            waiter.failed(AckException.Reason.TOO_MANY_PENDING);
        } else {
            event(event, message);
            waits(waiter);
        }
    }

    /** The same to one of many, without a deadline; false if there will be no acknowledgement. */
    boolean broadcast(Payload event, OutboundMessage message, long ackId, PendingAcks.Waiter waiter) {
        if (!socket.connected() || acks.isFull() || !event(event, message)) {
            return false;
        }
        acks.add(ackId, waiter);
        waits(waiter);
        return true;
    }

    private void waits(PendingAcks.Waiter waiter) {
        if (waiter.blocks()) {
            router.answersAwaited();
        }
    }

    /** A thread that waits for this acknowledgement began to, or ceased. */
    void answerAwaited(long ackId, boolean begins) {
        if (acks.held(ackId, begins) && begins) {
            router.answersAwaited();
        }
    }

    /** Answers an event of the client. */
    void ack(OutboundMessage message) {
        if (socket.connected()) {
            router.session().append(message);
        }
    }

    /** The client answered. */
    void answered(long ackId, Arguments arguments) {
        acks.answered(ackId, arguments);
    }

    /** The time for an acknowledgement is up. */
    void expire(long ackId) {
        acks.fail(ackId, AckException.Reason.TIMEOUT);
    }

    /** True if a thread is held up until the client answers. */
    boolean awaitedByThread() {
        return acks.anyBlocked();
    }

    /** Releases those threads. */
    void failAwaited(AckException.Reason reason) {
        acks.failBlocked(reason);
    }

    /** The socket is gone. */
    void failAll() {
        acks.failAll(AckException.Reason.DISCONNECTED);
    }
}
