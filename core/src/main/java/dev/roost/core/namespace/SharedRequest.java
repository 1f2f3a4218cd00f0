package dev.roost.core.namespace;

import dev.roost.adapter.LocalNode;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Scheduler;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.packet.Arguments;
import dev.roost.core.room.Group;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One event that several sockets of one loop are to acknowledge, and the deadline they have in common.
 *
 * <p>Confined to the loop. Spec: adapter 5.
 */
final class SharedRequest implements PendingAcks.Waiter, Runnable {
    private static final Payload NULL = Payload.of(new byte[] {'n', 'u', 'l', 'l'});

    private final Group<Socket, SessionLoop> group;
    private final Payload event;
    private final OutboundMessage message;
    private final long ackId;
    private final Duration timeout;
    private final boolean blocking;
    private final LocalNode.AckSink sink;
    private int owed;
    private Scheduler.@Nullable Timer timer;

    SharedRequest(
            Group<Socket, SessionLoop> group,
            Payload event,
            OutboundMessage message,
            long ackId,
            Duration timeout,
            boolean blocking,
            LocalNode.AckSink sink) {
        this.group = group;
        this.event = event;
        this.message = message;
        this.ackId = ackId;
        this.timeout = timeout;
        this.blocking = blocking;
        this.sink = sink;
    }

    /** Sends it. */
    @Override
    public void run() {
        for (Socket socket : group.members()) {
            if (socket.outbound().broadcast(event, message, ackId, this)) {
                owed++;
            } else {
                sink.gone();
            }
        }
        if (owed > 0) {
            timer = group.home().schedule(this::expire, timeout);
        }
    }

    @Override
    public boolean blocks() {
        return blocking;
    }

    @Override
    public void answered(Arguments arguments) {
        sink.ack(arguments.count() == 0 ? NULL : arguments.get(0).payload());
        settled();
    }

    @Override
    public void failed(AckException.Reason reason) {
        sink.gone();
        settled();
    }

    private void settled() {
        owed--;
        if (owed == 0 && timer != null) {
            timer.cancel();
        }
    }

    private void expire() {
        group.members().forEach(socket -> socket.outbound().expire(ackId));
    }
}
