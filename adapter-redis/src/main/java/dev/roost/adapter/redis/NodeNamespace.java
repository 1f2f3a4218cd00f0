package dev.roost.adapter.redis;

import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A namespace on the channels of Node's Redis adapter: listens, and handles what comes.
 *
 * <p>To be subscribed to the request channel is a promise to answer, so it is subscribed to last and left first.
 *
 * <p>Messages are handled by one thread at a time, in the order they came. Holds no state. Spec: redis-wire 1.
 */
final class NodeNamespace {
    private final String name;
    private final String uid;
    private final NodeChannels channels;
    private final LocalNode local;
    private final NodeAnswering answering;
    private final NodeQuestions questions;
    private final Function<String, @Nullable NodeId> nodeOf;

    /**
     * Makes a namespace that does not listen yet.
     *
     * @param uid what this node calls itself
     * @param nodeOf finds the Roost node that calls itself so, or null
     */
    NodeNamespace(
            String name,
            String uid,
            NodeChannels channels,
            LocalNode local,
            NodeAnswering answering,
            NodeQuestions questions,
            Function<String, @Nullable NodeId> nodeOf) {
        this.name = name;
        this.uid = uid;
        this.channels = channels;
        this.local = local;
        this.answering = answering;
        this.questions = questions;
        this.nodeOf = nodeOf;
    }

    NodeChannels channels() {
        return channels;
    }

    /** Handles a message. */
    @FunctionalInterface
    interface Handler {
        void handle(String channel, byte[] message) throws WireFormatException;
    }

    /**
     * Listens to all its channels.
     *
     * @param queue makes of a handler a listener that only queues
     */
    CompletionStage<Void> open(RedisSubscriber subscriber, Function<Handler, RedisSubscriber.Listener> queue) {
        RedisSubscriber.Listener response = queue.apply((channel, message) -> response(message));
        CompletableFuture<Void> first =
                subscriber.subscribe(channels.response(), response).toCompletableFuture();
        CompletableFuture<Void> own =
                subscriber.subscribe(channels.response(uid), response).toCompletableFuture();
        CompletableFuture<Void> events = subscriber
                .subscribePattern(channels.broadcastPattern(), queue.apply(this::event))
                .toCompletableFuture();
        CompletableFuture<Void> last = subscriber
                .subscribe(channels.request(), queue.apply((channel, message) -> answering.request(message)))
                .toCompletableFuture();
        return CompletableFuture.allOf(first, own, events, last);
    }

    /** Takes no more questions; complete when Redis sends none. */
    CompletionStage<Void> takeNoQuestions(RedisSubscriber subscriber) {
        return subscriber.unsubscribe(channels.request());
    }

    /** Listens to nothing any longer. */
    void close(RedisSubscriber subscriber) {
        subscriber.unsubscribe(channels.request());
        subscriber.unsubscribePattern(channels.broadcastPattern());
        subscriber.unsubscribe(channels.response(uid));
        subscriber.unsubscribe(channels.response());
    }

    private void event(String channel, byte[] message) throws WireFormatException {
        String room = channels.roomOf(channel);
        if (room.isEmpty() || local.occupied(name, room)) {
            NodeBroadcast.decode(uid, name, message).ifPresent(local::apply);
        }
    }

    private void response(byte[] message) throws WireFormatException {
        WireObject response = WireValue.of(message).object();
        NodeQuestions.Asked asked = questions.find(NodeResponseCodec.requestId(response));
        if (asked == null || !asked.namespace().equals(name)) {
            return;
        }
        Optional<String> sender = NodeResponseCodec.uid(response);
        NodeId from = sender.isPresent() ? nodeOf.apply(sender.get()) : null;
        NodeQuestion<Payload> payloads = asked.as(Payload.class);
        NodeQuestion<SocketSnapshot> sockets = asked.as(SocketSnapshot.class);
        switch (NodeResponseCodec.decode(response, from == null ? NodeQuestion.STRANGERS : from)) {
            case NodeResponse.Sockets r when sockets != null -> sockets.answer(from, r.sockets());
            case NodeResponse.ServerSideAnswer r when payloads != null -> payloads.answer(from, List.of(r.value()));
            case NodeResponse.ClientCount r when payloads != null -> payloads.count(from, r.clients());
            case NodeResponse.ClientAck r when payloads != null -> payloads.value(from, r.value());
            case NodeResponse.Done r -> asked.question().count(from, 0);
            default -> throw new WireFormatException("expected an answer that fits the question");
        }
    }
}
