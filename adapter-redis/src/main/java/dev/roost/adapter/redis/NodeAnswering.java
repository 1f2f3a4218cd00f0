package dev.roost.adapter.redis;

import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does what other nodes ask for, and answers. Called by one thread at a time; holds no state.
 *
 * <p>Spec: adapter 5 and 6, redis-wire 1.
 */
final class NodeAnswering {
    private final String uid;
    private final LocalNode local;
    private final Function<String, @Nullable NodeId> nodeOf;
    private final BiConsumer<NodeFormat.Reply, NodeResponse> answers;

    /**
     * Makes one.
     *
     * @param uid what this node calls itself
     * @param nodeOf finds the Roost node that calls itself so, or null
     * @param answers sends an answer without waiting
     */
    NodeAnswering(
            String uid,
            LocalNode local,
            Function<String, @Nullable NodeId> nodeOf,
            BiConsumer<NodeFormat.Reply, NodeResponse> answers) {
        this.uid = uid;
        this.local = local;
        this.nodeOf = nodeOf;
        this.answers = answers;
    }

    void request(String namespace, NodeRequest request) {
        if (request.uid().equals(uid)) {
            // Done here before it was sent.
            return;
        }
        switch (request) {
            case NodeRequest.SocketIds r -> {
                Selection selection = new Selection(r.rooms(), Set.of(), Selection.Flags.NONE);
                answer(namespace, r.uid(), r.id(), new NodeResponse.SocketIds(ids(local.fetch(namespace, selection))));
            }
            case NodeRequest.AllRooms r -> answer(namespace, r.uid(), r.id(), new NodeResponse.Rooms(rooms(namespace)));
            case NodeRequest.Apply r -> local.apply(r.command());
            case NodeRequest.ApplyToOne r -> {
                if (local.occupied(namespace, r.socket())) {
                    local.apply(r.command());
                    answer(namespace, r.uid(), r.id(), new NodeResponse.Done());
                }
            }
            case NodeRequest.Fetch r ->
                answer(namespace, r.uid(), r.id(), new NodeResponse.Sockets(local.fetch(namespace, r.selection())));
            case NodeRequest.ServerSideEmit r -> serverSideEmit(namespace, r);
            case NodeRequest.BroadcastWithAck r ->
                local.broadcastWithAck(
                        r.broadcast(),
                        r.timeout(),
                        new Sink(new NodeFormat.Reply(namespace, r.uid(), r.id()), nodeOf.apply(r.uid()) != null));
        }
    }

    private void serverSideEmit(String namespace, NodeRequest.ServerSideEmit request) {
        if (request.id().isEmpty()) {
            local.apply(request.emit());
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        local.serverSideEmit(request.emit(), value -> {
            if (answered.compareAndSet(false, true)) {
                answer(namespace, request.uid(), request.id().get(), new NodeResponse.ServerSideAnswer(value));
            }
        });
    }

    private void answer(String namespace, String asker, String id, NodeResponse response) {
        answers.accept(new NodeFormat.Reply(namespace, asker, id), response);
    }

    private static Set<String> ids(List<SocketSnapshot> sockets) {
        Set<String> ids = new LinkedHashSet<>();
        sockets.forEach(socket -> ids.add(socket.id()));
        return ids;
    }

    /** Own rooms of sockets included, as in the reference. */
    private Set<String> rooms(String namespace) {
        Set<String> rooms = new LinkedHashSet<>();
        local.fetch(namespace, Selection.ALL).forEach(socket -> rooms.addAll(socket.rooms()));
        return rooms;
    }

    /** Tells the asking node what becomes of an event here. Thread-safe: immutable. */
    private final class Sink implements LocalNode.AckSink {
        private final NodeFormat.Reply reply;
        private final boolean roost;

        /** Makes a sink; {@code roost} if the asking node is a Roost node. */
        Sink(NodeFormat.Reply reply, boolean roost) {
            this.reply = reply;
            this.roost = roost;
        }

        @Override
        public void clients(int count) {
            answers.accept(reply, new NodeResponse.ClientCount(count));
        }

        @Override
        public void ack(Payload value) {
            answers.accept(reply, new NodeResponse.ClientAck(value));
        }

        @Override
        public void gone() {
            // Node has no word for it: a Node process waits until its time is up.
            if (roost) {
                answers.accept(reply, new NodeResponse.ClientGone());
            }
        }
    }
}
