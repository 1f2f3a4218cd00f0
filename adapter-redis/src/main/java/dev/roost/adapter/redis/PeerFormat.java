package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.Incident;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireObject;
import dev.roost.adapter.redis.wire.WireValue;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What the formats of Node's cluster adapters have in common: a channel for all, and one for the answers to each node.
 *
 * <p>Thread-safe: immutable. Spec: redis-wire 3 and 4.
 */
abstract class PeerFormat implements NodeFormat {
    final RedisLink link;
    final RedisAdapterConfig config;
    final String uid;
    private final PubSub kind;
    private final NodeInbound inbound;

    /** Makes the format for a node that calls itself {@code uid}. */
    PeerFormat(PubSub kind, RedisLink link, RedisAdapterConfig config, NodeInbound inbound, String uid) {
        this.kind = kind;
        this.link = link;
        this.config = config;
        this.inbound = inbound;
        this.uid = uid;
    }

    /** Encodes a message whole. */
    abstract byte[] encode(String namespace, PeerMessage message);

    /** Returns the message a command is. */
    final PeerMessage message(Command command) {
        return switch (command) {
            case Command.Broadcast c -> new PeerMessage.Event(c);
            case Command.ServerSideEmit c ->
                new PeerMessage.Request(new NodeRequest.ServerSideEmit(uid, Optional.empty(), c));
            case Command.Join c -> new PeerMessage.Request(new NodeRequest.Apply(uid, c));
            case Command.Leave c -> new PeerMessage.Request(new NodeRequest.Apply(uid, c));
            case Command.Disconnect c -> new PeerMessage.Request(new NodeRequest.Apply(uid, c));
        };
    }

    final void publish(String channel, String namespace, PeerMessage message, boolean isVolatile) {
        link.send(new Outgoing(kind, NodeChannels.bytes(channel), encode(namespace, message)), isVolatile);
    }

    @Override
    public final CompletionStage<Long> ask(String namespace, NodeRequest question) {
        byte[] message = encode(namespace, new PeerMessage.Request(question));
        return link.ask(kind, channels(namespace).allBytes(), message);
    }

    @Override
    public final Outgoing answer(Reply reply, NodeResponse response) {
        return new Outgoing(
                kind,
                NodeChannels.bytes(channels(reply.namespace()).of(reply.asker())),
                encode(reply.namespace(), new PeerMessage.Response(reply.id(), response)));
    }

    @Override
    public CompletionStage<Void> open(String namespace) {
        PeerChannels channels = channels(namespace);
        RedisSubscriber.Listener listener = inbound.queued((channel, message) -> received(message));
        return CompletableFuture.allOf(
                link.subscriber().subscribe(kind, channels.of(uid), listener).toCompletableFuture(),
                link.subscriber().subscribe(kind, channels.all(), listener).toCompletableFuture());
    }

    @Override
    public final CompletionStage<Void> takeNoQuestions(String namespace) {
        return link.subscriber().unsubscribe(kind, channels(namespace).all());
    }

    @Override
    public void close(String namespace) {
        PeerChannels channels = channels(namespace);
        link.subscriber().unsubscribe(kind, channels.all());
        link.subscriber().unsubscribe(kind, channels.of(uid));
    }

    @Override
    public final CompletionStage<Long> listeners(String namespace) {
        return link.listeners(kind, channels(namespace).allBytes());
    }

    @Override
    public final CompletionStage<Set<String>> uids(String namespace) {
        PeerChannels channels = channels(namespace);
        return link.channels(kind, channels.pattern())
                .thenApply(names -> names.stream()
                        .flatMap(channel -> channels.uidOf(channel).stream())
                        .collect(Collectors.toSet()));
    }

    /** Listens to a channel of a room. */
    final void listen(String channel) {
        link.subscriber().subscribe(kind, channel, inbound.queued((name, message) -> received(message)));
    }

    /** Listens no longer to a channel of a room. */
    final void leave(String channel) {
        link.subscriber().unsubscribe(kind, channel);
    }

    final PeerChannels channels(String namespace) {
        return PeerChannels.of(config.key(), namespace);
    }

    private void received(byte[] bytes) throws WireFormatException {
        WireObject message = WireValue.of(bytes).object();
        String sender = message.get("uid").text();
        Optional<WireValue> data = message.find("data");
        if (!sender.equals(uid) && data.isPresent()) {
            String namespace = message.get("nsp").text();
            // Who describes its sockets is known by the question; here any node will do.
            PeerMessage decoded = PeerMessageCodec.decode(
                    message.get("type").integer(), namespace, sender, data.get().object(), NodeQuestion.STRANGERS);
            received(namespace, sender, decoded);
        }
    }

    /** Handles a message of another node. */
    final void received(String namespace, String sender, PeerMessage message) throws WireFormatException {
        switch (message) {
            case PeerMessage.Event(Command.Broadcast event) -> inbound.event(event);
            case PeerMessage.Request(NodeRequest request) -> inbound.request(namespace, request);
            case PeerMessage.Response(String id, NodeResponse response) ->
                inbound.response(namespace, Optional.of(sender), id, node -> of(node, response));
            case PeerMessage.Presence m -> {}
        }
    }

    /** The same answer, with sockets described as those of a node. */
    private static NodeResponse of(NodeId node, NodeResponse response) {
        return response instanceof NodeResponse.Sockets sockets
                ? new NodeResponse.Sockets(sockets.sockets().stream()
                        .map(each -> new SocketSnapshot(node, each.id(), each.handshake(), each.rooms(), each.data()))
                        .toList())
                : response;
    }

    /** Handles bytes that came another way than by a channel. */
    final void handle(NodeInbound.Handler handler, byte[] bytes) {
        inbound.handle(handler, "", bytes);
    }

    /** What other nodes said may have been lost. */
    final void gap(String reason) {
        inbound.gap(reason);
    }

    /** Something went wrong that nobody is told of. */
    final void report(Incident incident, String what) {
        inbound.report(incident, what);
    }

    /** An event was read from a log that all nodes read. */
    final void logged(String id, Command.Broadcast event) {
        inbound.logged(id, event);
    }

    /** Whether clients come back to this node. */
    final boolean remembers() {
        return inbound.memory().isPositive();
    }
}
