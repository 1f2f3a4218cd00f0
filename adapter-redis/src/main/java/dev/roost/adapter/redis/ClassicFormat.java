package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The format of {@code createAdapter} of {@code @socket.io/redis-adapter}, and of {@code @socket.io/redis-emitter}.
 *
 * <p>To be subscribed to the request channel is a promise to answer, so it is subscribed to last and left first.
 *
 * <p>Thread-safe: immutable. Spec: redis-wire 1 and 2.
 */
final class ClassicFormat implements NodeFormat {
    private final RedisLink link;
    private final RedisAdapterConfig config;
    private final NodeInbound inbound;
    private final String uid;

    /** Makes the format for a node that calls itself {@code uid}. */
    ClassicFormat(RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid) {
        this.link = link;
        this.config = config;
        this.inbound = inbound;
        this.uid = uid;
    }

    @Override
    public void send(Command command) {
        NodeChannels channels = channels(command.namespace());
        switch (command) {
            case Command.Broadcast c ->
                link.send(
                        new Outgoing(
                                PubSub.PLAIN, channels.broadcast(c.selection().rooms()), NodeBroadcast.encode(uid, c)),
                        c.selection().flags().isVolatile());
            case Command.ServerSideEmit c ->
                request(channels, new NodeRequest.ServerSideEmit(uid, Optional.empty(), c));
            case Command.Join c -> request(channels, new NodeRequest.Apply(uid, c));
            case Command.Leave c -> request(channels, new NodeRequest.Apply(uid, c));
            case Command.Disconnect c -> request(channels, new NodeRequest.Apply(uid, c));
        }
    }

    private void request(NodeChannels channels, NodeRequest request) {
        link.send(new Outgoing(PubSub.PLAIN, channels.requestBytes(), NodeRequestCodec.encode(request)), false);
    }

    @Override
    public CompletionStage<Long> ask(String namespace, NodeRequest question) {
        return link.ask(PubSub.PLAIN, channels(namespace).requestBytes(), NodeRequestCodec.encode(question));
    }

    @Override
    public Outgoing answer(Reply reply, NodeResponse response) {
        NodeChannels channels = channels(reply.namespace());
        // The reference sends these to all, whatever is set.
        boolean toAll = response instanceof NodeResponse.ServerSideAnswer;
        boolean toOne = config.node().answersToOne() && !toAll && !reply.asker().isEmpty();
        return new Outgoing(
                PubSub.PLAIN,
                toOne ? NodeChannels.bytes(channels.response(reply.asker())) : channels.responseBytes(),
                NodeResponseCodec.encode(uid, reply.id(), response));
    }

    @Override
    public CompletionStage<Void> open(String namespace) {
        NodeChannels channels = channels(namespace);
        RedisSubscriber subscriber = link.subscriber();
        RedisSubscriber.Listener response = inbound.queued((channel, message) -> response(namespace, message));
        return CompletableFuture.allOf(
                subscriber
                        .subscribe(PubSub.PLAIN, channels.response(), response)
                        .toCompletableFuture(),
                subscriber
                        .subscribe(PubSub.PLAIN, channels.response(uid), response)
                        .toCompletableFuture(),
                subscriber
                        .subscribePattern(
                                channels.broadcastPattern(),
                                inbound.queued((channel, message) -> event(namespace, channels, channel, message)))
                        .toCompletableFuture(),
                subscriber
                        .subscribe(
                                PubSub.PLAIN,
                                channels.request(),
                                inbound.queued((channel, message) ->
                                        inbound.request(namespace, NodeRequestCodec.decode(namespace, message))))
                        .toCompletableFuture());
    }

    @Override
    public CompletionStage<Void> takeNoQuestions(String namespace) {
        return link.subscriber().unsubscribe(PubSub.PLAIN, channels(namespace).request());
    }

    @Override
    public void close(String namespace) {
        NodeChannels channels = channels(namespace);
        RedisSubscriber subscriber = link.subscriber();
        subscriber.unsubscribe(PubSub.PLAIN, channels.request());
        subscriber.unsubscribePattern(channels.broadcastPattern());
        subscriber.unsubscribe(PubSub.PLAIN, channels.response(uid));
        subscriber.unsubscribe(PubSub.PLAIN, channels.response());
    }

    @Override
    public CompletionStage<Long> listeners(String namespace) {
        return link.listeners(PubSub.PLAIN, channels(namespace).requestBytes());
    }

    @Override
    public CompletionStage<Set<String>> uids(String namespace) {
        NodeChannels channels = channels(namespace);
        return link.channels(PubSub.PLAIN, channels.responsePattern())
                .thenApply(names -> names.stream()
                        .flatMap(channel -> channels.uidOf(channel).stream())
                        .collect(Collectors.toSet()));
    }

    private void event(String namespace, NodeChannels channels, String channel, byte[] message)
            throws WireFormatException {
        String room = channels.roomOf(channel);
        if (room.isEmpty() || inbound.concerns(namespace, room)) {
            NodeBroadcast.decode(uid, namespace, message).ifPresent(inbound::event);
        }
    }

    private void response(String namespace, byte[] message) throws WireFormatException {
        WireObject response = WireValue.of(message).object();
        inbound.response(
                namespace,
                NodeResponseCodec.uid(response),
                NodeResponseCodec.requestId(response),
                node -> NodeResponseCodec.decode(response, node));
    }

    private NodeChannels channels(String namespace) {
        return NodeChannels.of(config.key(), namespace);
    }
}
