package dev.roost.adapter.redis;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.Incident;
import dev.roost.adapter.cluster.IncidentLog;
import dev.roost.adapter.redis.wire.WireFormatException;
import dev.roost.adapter.redis.wire.WireValue;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Speaks the format of Node's {@code @socket.io/redis-adapter}, so that Node processes and Roost processes are one
 * cluster.
 *
 * <p>That format knows nodes by number only. So Roost nodes meet beside it as well, as they do in the mode
 * {@code native}: there they learn of each other what Node has no use for. No event passes there.
 *
 * <p>Thread-safe: concurrent maps. What comes in is handled by one virtual thread, in order; answers are sent by
 * another, so that neither it nor a client's ack waits for Redis. Spec: redis-wire 1 and 2.
 */
final class NodeAdapter implements Adapter {
    private static final String MAIN = "/";
    private static final long INBOUND_BYTES = 64L << 20;
    private static final long ANSWER_BYTES = 16L << 20;
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final RedisAdapterConfig config;
    private final LocalNode local;
    private final NodeDescriptor self;
    private final String uid;
    private final IncidentLog incidents;
    private final Adapter roost;
    private final RedisLink link;
    private final NodeQuestions questions;
    private final NodePeers peers;
    private final BoundedTasks inbound;
    private final BoundedTasks answers;
    private final ConcurrentMap<String, NodeNamespace> namespaces = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    NodeAdapter(AdapterContext context, RedisAdapterConfig config) {
        this.config = config;
        local = context.local();
        self = context.node();
        uid = NodeUid.of(self.id());
        incidents = new IncidentLog(context.counters(), context.scheduler());
        roost = new ClusterAdapter(
                new AdapterContext(
                        context.values(),
                        self,
                        new Bystander(),
                        context.scheduler(),
                        context.counters(),
                        context.secret()),
                new RedisBus(config.withKey(config.key() + ".roost"), self.id(), context.counters()));
        link = new RedisLink(config, context.counters());
        questions = new NodeQuestions(context.scheduler(), context.counters(), () -> {
            Set<NodeId> others = roostNodes();
            others.remove(self.id());
            return others;
        });
        peers = new NodePeers(link, this::channels, context.scheduler(), questions, this::roostNodes);
        inbound = new BoundedTasks("roost-redis-in-" + self.id(), INBOUND_BYTES, this::failed);
        answers = new BoundedTasks("roost-redis-answers-" + self.id(), ANSWER_BYTES, this::failed);
    }

    @Override
    public void start() {
        try {
            roost.start();
            link.start(
                    "roost-node-" + self.id(), NodeChannels.bytes(channels(MAIN).response(uid)), new FromRedis());
            if (!open(MAIN)) {
                throw new AdapterException("Redis at " + config.address() + " did not confirm the subscriptions to "
                        + channels(MAIN) + " within " + config.commandTimeout());
            }
            peers.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public Set<NodeDescriptor> nodes() {
        Set<NodeDescriptor> all = new HashSet<>(roost.nodes());
        all.addAll(peers.strangers());
        return Set.copyOf(all);
    }

    @Override
    public void send(Command command) {
        NodeChannels channels = channels(command.namespace());
        try {
            switch (command) {
                case Command.Broadcast c -> {
                    byte[] channel = channels.broadcast(c.selection().rooms());
                    byte[] message = NodeBroadcast.encode(uid, c);
                    if (!c.selection().flags().isVolatile()) {
                        link.publisher().publish(channel, message);
                    } else if (!link.publisher().tryPublish(channel, message)) {
                        incidents.report(Incident.MESSAGE_DROPPED, "Redis takes less than is sent");
                    }
                }
                case Command.ServerSideEmit c ->
                    request(channels, new NodeRequest.ServerSideEmit(uid, Optional.empty(), c));
                case Command.Join c -> request(channels, new NodeRequest.Apply(uid, c));
                case Command.Leave c -> request(channels, new NodeRequest.Apply(uid, c));
                case Command.Disconnect c -> request(channels, new NodeRequest.Apply(uid, c));
            }
        } catch (AdapterException | JacksonException e) {
            incidents.report(Incident.FRAME_SEND_FAILED, "a message was not sent: " + e.getMessage());
        }
    }

    private void request(NodeChannels channels, NodeRequest request) {
        link.publisher().publish(channels.requestBytes(), NodeRequestCodec.encode(request));
    }

    @Override
    public CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
        return ask(
                broadcast.namespace(),
                Payload.class,
                timeout,
                onAck,
                id -> new NodeRequest.BroadcastWithAck(uid, id, broadcast, timeout));
    }

    @Override
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout) {
        return ask(
                namespace,
                SocketSnapshot.class,
                shorter(timeout),
                socket -> {},
                id -> new NodeRequest.Fetch(uid, id, selection));
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
        return ask(
                emit.namespace(),
                Payload.class,
                shorter(timeout),
                value -> {},
                id -> new NodeRequest.ServerSideEmit(uid, Optional.of(id), emit));
    }

    @Override
    public void namespaceOpened(String namespace) {
        if (!namespaces.containsKey(namespace) && !closed.get() && !open(namespace)) {
            incidents.report(Incident.GAP, "Redis has not confirmed the subscriptions of a namespace yet");
        }
    }

    @Override
    public void namespaceClosed(String namespace) {
        NodeNamespace left = namespaces.remove(namespace);
        if (left != null) {
            left.close(link.subscriber());
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        peers.close();
        try {
            namespaces.values().stream()
                    .map(namespace -> namespace.takeNoQuestions(link.subscriber()))
                    .toList()
                    .forEach(link::get);
        } catch (AdapterException neverStarted) {
            // Nothing to leave.
        }
        inbound.close(GOODBYE);
        answers.close(GOODBYE);
        questions.close();
        link.close();
        roost.close();
    }

    private boolean open(String name) {
        NodeNamespace namespace = new NodeNamespace(
                name,
                uid,
                channels(name),
                local,
                new NodeAnswering(
                        name, uid, local, (asker, toAll, id, response) -> answer(name, asker, toAll, id, response)),
                questions,
                this::roostNode);
        if (namespaces.putIfAbsent(name, namespace) != null) {
            return true;
        }
        CompletionStage<Void> confirmed = namespace.open(link.subscriber(), this::queued);
        return link.get(confirmed.thenApply(nothing -> true)).isPresent();
    }

    /** Makes a listener that leaves the handling of messages to the receiving thread. */
    private RedisSubscriber.Listener queued(NodeNamespace.Handler handler) {
        return (channel, message) -> {
            if (message.length > WireValue.MAX_BYTES) {
                incidents.report(Incident.MESSAGE_MALFORMED, "a message of " + message.length + " bytes was dropped");
            } else if (!inbound.offer(message.length, () -> handle(handler, channel, message))) {
                incidents.report(Incident.INBOUND_OVERFLOW, "messages come faster than they are handled");
                inbound.post(() -> local.gap(Optional.empty()));
            }
        };
    }

    private void handle(NodeNamespace.Handler handler, String channel, byte[] message) {
        try {
            handler.handle(channel, message);
        } catch (WireFormatException e) {
            incidents.report(Incident.MESSAGE_MALFORMED, "a message was dropped: " + e.getMessage());
        }
    }

    private void answer(String namespace, String asker, boolean toAll, String requestId, NodeResponse response) {
        NodeChannels channels = channels(namespace);
        boolean toOne = config.answersToOne() && !toAll && !asker.isEmpty();
        byte[] channel = toOne ? NodeChannels.bytes(channels.response(asker)) : channels.responseBytes();
        byte[] message = NodeResponseCodec.encode(uid, requestId, response);
        if (!answers.offer(message.length, () -> publishAnswer(channel, message))) {
            incidents.report(Incident.MESSAGE_DROPPED, "Redis takes fewer answers than are given");
        }
    }

    private void publishAnswer(byte[] channel, byte[] message) {
        try {
            link.publisher().publish(channel, message);
        } catch (AdapterException e) {
            incidents.report(Incident.FRAME_SEND_FAILED, "an answer was not sent: " + e.getMessage());
        }
    }

    private <T> CompletionStage<Gathered<T>> ask(
            String namespace,
            Class<T> kind,
            Duration timeout,
            Consumer<T> onValue,
            Function<String, NodeRequest> request) {
        byte[] channel = channels(namespace).requestBytes();
        return questions
                .ask(
                        namespace,
                        kind,
                        timeout,
                        onValue,
                        id -> link.ask(channel, NodeRequestCodec.encode(request.apply(id))))
                .result();
    }

    private Duration shorter(Duration timeout) {
        return timeout.compareTo(config.requestsTimeout()) < 0 ? timeout : config.requestsTimeout();
    }

    private NodeChannels channels(String namespace) {
        return NodeChannels.of(config.key(), namespace);
    }

    private Set<NodeId> roostNodes() {
        return roost.nodes().stream().map(NodeDescriptor::id).collect(Collectors.toCollection(HashSet::new));
    }

    private @Nullable NodeId roostNode(String name) {
        for (NodeDescriptor node : roost.nodes()) {
            if (NodeUid.of(node.id()).equals(name)) {
                return node.id();
            }
        }
        return null;
    }

    private void failed(Throwable failure) {
        incidents.report(Incident.MESSAGE_FAILED, "handling a message failed", failure);
    }

    /** What Redis's connections tell. */
    private final class FromRedis implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            throw new IllegalStateException("messages come on channels of their own");
        }

        @Override
        public void onGap(String reason) {
            inbound.post(() -> {
                incidents.report(Incident.GAP, "messages may have been lost: " + reason);
                local.gap(Optional.empty());
            });
        }

        @Override
        public void onState(BusState state) {
            // The log says it; what to do about it is decided message by message.
        }
    }
}
