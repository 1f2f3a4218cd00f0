package dev.roost.adapter.cluster;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;

/**
 * Does what other nodes' messages ask for. Called on the receiving thread; holds no state of its own.
 *
 * <p>Answers are only queued here and dropped when there is no room: neither the receiving thread nor a client's ack
 * may wait for the bus.
 */
final class Dispatch implements FrameReceiver.Handler {
    /** Sockets are told of in messages of about this size. */
    private static final int CHUNK_BYTES = 128 << 10;

    private final NodeDescriptor self;
    private final LocalNode local;
    private final OutboundQueue outbound;
    private final PendingRequests pending;
    private final Presence presence;
    private final IncidentLog incidents;
    private final LongPredicate idIsLost;

    /** Makes a dispatch; {@code idIsLost} takes the start time of another node with this one's id. */
    Dispatch(
            NodeDescriptor self,
            LocalNode local,
            OutboundQueue outbound,
            PendingRequests pending,
            Presence presence,
            IncidentLog incidents,
            LongPredicate idIsLost) {
        this.self = self;
        this.local = local;
        this.outbound = outbound;
        this.pending = pending;
        this.presence = presence;
        this.incidents = incidents;
        this.idIsLost = idIsLost;
    }

    @Override
    public void message(NodeId origin, long epoch, ClusterMessage message) {
        switch (message) {
            case ClusterMessage.Apply m -> local.apply(origin, m.command());
            case ClusterMessage.Announcement m -> local.announced(origin, m.namespace(), m.number());
            case ClusterMessage.ClaimRequest m ->
                local.claim(
                        m.claim(),
                        session -> outbound.offer(
                                new Target.Node(origin), new ClusterMessage.ClaimAnswer(m.request(), session)));
            case ClusterMessage.ClaimAnswer m ->
                pending.find(m.request(), ClusterMessage.ClaimAnswer.class).ifPresent(r -> r.value(origin, m));
            case ClusterMessage.BroadcastRequest m ->
                local.broadcastWithAck(m.broadcast(), m.timeout(), new RemoteSink(origin, m.request()));
            case ClusterMessage.FetchRequest m -> fetch(origin, m);
            case ClusterMessage.ServerSideRequest m -> serverSide(origin, m);
            case ClusterMessage.ClientCount m ->
                pending.find(m.request(), Payload.class).ifPresent(r -> r.expect(origin, m.clients()));
            case ClusterMessage.ClientAck m ->
                pending.find(m.request(), Payload.class).ifPresent(r -> r.value(origin, m.value()));
            case ClusterMessage.ClientsGone m ->
                pending.find(m.request(), Payload.class).ifPresent(r -> r.gone(origin, m.clients()));
            case ClusterMessage.Sockets m ->
                pending.find(m.request(), SocketSnapshot.class).ifPresent(r -> {
                    m.sockets().forEach(socket -> r.value(origin, socket));
                    r.expect(origin, m.total());
                });
            case ClusterMessage.ServerSideAnswer m ->
                pending.find(m.request(), Payload.class).ifPresent(r -> r.value(origin, m.value()));
            case ClusterMessage.HandoverRequest m ->
                local.handedOver(
                        origin,
                        m.sessions(),
                        taken -> outbound.offer(
                                new Target.Node(origin), new ClusterMessage.HandoverAnswer(m.request(), taken)));
            case ClusterMessage.HandoverAnswer m ->
                pending.find(m.request(), ClusterMessage.HandoverAnswer.class).ifPresent(r -> r.value(origin, m));
            case ClusterMessage.Hello m -> {
                presence.greeted(m.node());
                local.greeted();
            }
            case ClusterMessage.Heartbeat m -> presence.lives(m.node());
            case ClusterMessage.Bye m -> presence.leaves(origin, epoch);
            case ClusterMessage.Fragment m -> throw new IllegalStateException("parts are put together before");
        }
    }

    @Override
    public void outsider(Command command) {
        local.apply(command);
    }

    @Override
    public void gap(Optional<NodeId> origin) {
        local.gap(origin);
    }

    @Override
    public void collision(long otherEpoch) {
        if (otherEpoch > self.epoch()) {
            presence.defendId();
        } else if (!idIsLost.test(otherEpoch)) {
            incidents.report(Incident.NODE_ID_COLLISION, "another node uses the id " + self.id());
        }
    }

    @Override
    public void stranger(NodeId id, Origin origin) {
        presence.stranger(id, origin);
    }

    private void fetch(NodeId origin, ClusterMessage.FetchRequest request) {
        List<SocketSnapshot> sockets = local.fetch(request.namespace(), request.selection());
        Target back = new Target.Node(origin);
        List<SocketSnapshot> chunk = new ArrayList<>();
        long bytes = 0;
        for (SocketSnapshot socket : sockets) {
            chunk.add(socket);
            bytes += ClusterMessage.weight(socket);
            if (bytes >= CHUNK_BYTES) {
                outbound.offer(back, new ClusterMessage.Sockets(request.request(), sockets.size(), chunk));
                chunk = new ArrayList<>();
                bytes = 0;
            }
        }
        if (!chunk.isEmpty() || sockets.isEmpty()) {
            outbound.offer(back, new ClusterMessage.Sockets(request.request(), sockets.size(), chunk));
        }
    }

    private void serverSide(NodeId origin, ClusterMessage.ServerSideRequest request) {
        AtomicBoolean answered = new AtomicBoolean();
        local.serverSideEmit(request.emit(), value -> {
            if (answered.compareAndSet(false, true)) {
                outbound.offer(new Target.Node(origin), new ClusterMessage.ServerSideAnswer(request.request(), value));
            }
        });
    }

    /** Sends what becomes of a broadcast on this node to the node that asked. Thread-safe: immutable. */
    private final class RemoteSink implements LocalNode.AckSink {
        private final Target origin;
        private final long request;

        RemoteSink(NodeId origin, long request) {
            this.origin = new Target.Node(origin);
            this.request = request;
        }

        @Override
        public void clients(int count) {
            outbound.offer(origin, new ClusterMessage.ClientCount(request, count));
        }

        @Override
        public void ack(Payload value) {
            outbound.offer(origin, new ClusterMessage.ClientAck(request, value));
        }

        @Override
        public void gone() {
            outbound.offer(origin, new ClusterMessage.ClientsGone(request, 1));
        }
    }
}
