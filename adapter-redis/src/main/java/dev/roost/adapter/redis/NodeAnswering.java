package dev.roost.adapter.redis;

import dev.roost.adapter.LocalNode;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.redis.wire.WireFormatException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does what other nodes ask for on the request channel of a namespace, and answers. Called by one thread at a time;
 * holds no state.
 *
 * <p>Spec: redis-wire 1, "Requests".
 */
final class NodeAnswering {
    private final String namespace;
    private final String uid;
    private final LocalNode local;
    private final Answers answers;

    /** Sends an answer without waiting. */
    @FunctionalInterface
    interface Answers {
        /**
         * Sends.
         *
         * @param uid who asked; empty if it did not say
         * @param toAll whether the answer must go to the common channel
         */
        void send(String uid, boolean toAll, String requestId, NodeResponse response);
    }

    /** Makes one for a namespace; {@code uid} is this node's own. */
    NodeAnswering(String namespace, String uid, LocalNode local, Answers answers) {
        this.namespace = namespace;
        this.uid = uid;
        this.local = local;
        this.answers = answers;
    }

    void request(byte[] message) throws WireFormatException {
        NodeRequest request = NodeRequestCodec.decode(namespace, message);
        if (request.uid().equals(uid)) {
            // Done here before it was sent.
            return;
        }
        switch (request) {
            case NodeRequest.SocketIds r ->
                answer(
                        r.uid(),
                        r.id(),
                        new NodeResponse.SocketIds(
                                ids(local.fetch(namespace, new Selection(r.rooms(), Set.of(), Selection.Flags.NONE)))));
            case NodeRequest.AllRooms r -> answer(r.uid(), r.id(), new NodeResponse.Rooms(rooms()));
            case NodeRequest.Apply r -> local.apply(r.command());
            case NodeRequest.ApplyToOne r -> applyToOne(r);
            case NodeRequest.Fetch r ->
                answer(r.uid(), r.id(), new NodeResponse.Sockets(local.fetch(namespace, r.selection())));
            case NodeRequest.ServerSideEmit r -> serverSideEmit(r);
            case NodeRequest.BroadcastWithAck r -> local.broadcastWithAck(r.broadcast(), r.timeout(), new Sink(r));
        }
    }

    private void applyToOne(NodeRequest.ApplyToOne request) {
        if (local.occupied(namespace, request.socket())) {
            local.apply(request.command());
            answer(request.uid(), request.id(), new NodeResponse.Done());
        }
    }

    private void serverSideEmit(NodeRequest.ServerSideEmit request) {
        if (request.id().isEmpty()) {
            local.apply(request.emit());
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        local.serverSideEmit(request.emit(), value -> {
            if (answered.compareAndSet(false, true)) {
                answers.send(request.uid(), true, request.id().get(), new NodeResponse.ServerSideAnswer(value));
            }
        });
    }

    private void answer(String asker, String requestId, NodeResponse response) {
        answers.send(asker, false, requestId, response);
    }

    private static Set<String> ids(List<SocketSnapshot> sockets) {
        Set<String> ids = new LinkedHashSet<>();
        sockets.forEach(socket -> ids.add(socket.id()));
        return ids;
    }

    /** Own rooms of sockets included, as in the reference. */
    private Set<String> rooms() {
        Set<String> rooms = new LinkedHashSet<>();
        local.fetch(namespace, Selection.ALL).forEach(socket -> rooms.addAll(socket.rooms()));
        return rooms;
    }

    /** Tells the asking node what becomes of an event here. Thread-safe: immutable. */
    private final class Sink implements LocalNode.AckSink {
        private final NodeRequest.BroadcastWithAck request;

        Sink(NodeRequest.BroadcastWithAck request) {
            this.request = request;
        }

        @Override
        public void clients(int count) {
            answer(request.uid(), request.id(), new NodeResponse.ClientCount(count));
        }

        @Override
        public void ack(Payload value) {
            answer(request.uid(), request.id(), new NodeResponse.ClientAck(value));
        }

        @Override
        public void gone() {
            // The format has no word for it: the asking node waits until its time is up.
        }
    }
}
