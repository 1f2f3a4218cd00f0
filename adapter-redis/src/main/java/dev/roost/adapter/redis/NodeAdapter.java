package dev.roost.adapter.redis;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.Incident;
import dev.roost.adapter.cluster.IncidentLog;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Speaks the format of one of Node's Redis adapters, so that Node processes and Roost processes are one cluster.
 *
 * <p>Those formats know nodes by number only. So Roost nodes meet beside it as well, as they do in the mode
 * {@code native}: there they learn of each other what Node has no use for. No event passes there.
 *
 * <p>Thread-safe: a concurrent set. What comes in is handled by one virtual thread, in order; answers are sent by
 * another, so that neither it nor a client's ack waits for Redis. Spec: redis-wire.
 */
final class NodeAdapter implements Adapter {
    private static final String MAIN = "/";
    private static final long ANSWER_BYTES = 16L << 20;
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final RedisAdapterConfig config;
    private final NodeDescriptor self;
    private final IncidentLog incidents;
    private final Adapter roost;
    private final RedisLink link;
    private final Function<NodeId, String> naming;
    private final NodeQuestions questions;
    private final NodeInbound inbound;
    private final BoundedTasks answers;
    private final NodeFormat format;
    private final NodePeers peers;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    NodeAdapter(AdapterContext context, RedisAdapterConfig config) {
        this.config = config;
        self = context.node();
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
        naming = config.mode() == RedisAdapterConfig.Mode.NODE ? NodeUid::of : NodeUid::longOf;
        String uid = naming.apply(self.id());
        questions = new NodeQuestions(context.scheduler(), context.counters(), this::otherRoostNodes);
        answers = new BoundedTasks(
                "roost-redis-answers",
                ANSWER_BYTES,
                failure -> incidents.report(Incident.MESSAGE_FAILED, "sending an answer failed", failure));
        inbound = new NodeInbound(
                context.local(),
                questions,
                new NodeAnswering(uid, context.local(), this::roostNode, this::answer),
                this::roostNode,
                incidents);
        format = NodeFormat.of(link, config, inbound, uid, context.scheduler());
        peers = new NodePeers(link, format, naming, context.scheduler(), questions, this::roostNodes);
    }

    @Override
    public void start() {
        try {
            roost.start();
            link.start("roost-node-" + self.id(), NodeChannels.bytes(config.key() + ".roost:probe"), new FromRedis());
            format.start();
            if (!open(MAIN)) {
                throw new AdapterException("Redis at " + config.address() + " did not confirm the subscriptions of "
                        + MAIN + " within " + config.commandTimeout());
            }
            peers.start();
        } catch (RuntimeException e) {
            close();
            throw e instanceof RedisException
                    ? new AdapterException("cannot use Redis at " + config.address() + ": " + Causes.line(e), e)
                    : e;
        }
    }

    @Override
    public Set<NodeDescriptor> nodes() {
        Set<NodeDescriptor> all = new HashSet<>(roost.nodes());
        all.addAll(peers.strangers());
        return Set.copyOf(all);
    }

    @Override
    public Optional<SharedLog> sharedLog() {
        return format.sharedLog();
    }

    @Override
    public void send(Command command) {
        if (closed.get()) {
            return;
        }
        try {
            format.send(command);
        } catch (AdapterException | JacksonException e) {
            incidents.report(Incident.FRAME_SEND_FAILED, "a message was not sent: " + e.getMessage());
        }
    }

    @Override
    public CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
        return ask(
                broadcast.namespace(),
                Payload.class,
                timeout,
                onAck,
                id -> new NodeRequest.BroadcastWithAck(naming.apply(self.id()), id, broadcast, timeout));
    }

    @Override
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout) {
        return ask(
                namespace,
                SocketSnapshot.class,
                shorter(timeout),
                socket -> {},
                id -> new NodeRequest.Fetch(naming.apply(self.id()), id, selection));
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
        return ask(
                emit.namespace(),
                Payload.class,
                shorter(timeout),
                value -> {},
                id -> new NodeRequest.ServerSideEmit(naming.apply(self.id()), Optional.of(id), emit));
    }

    @Override
    public void namespaceOpened(String namespace) {
        if (!closed.get() && !open(namespace)) {
            incidents.report(Incident.GAP, "Redis has not confirmed the subscriptions of a namespace yet");
        }
    }

    @Override
    public void namespaceClosed(String namespace) {
        if (namespaces.remove(namespace)) {
            format.close(namespace);
        }
    }

    @Override
    public void roomCreated(String namespace, String room) {
        format.roomCreated(namespace, room);
    }

    @Override
    public void roomDeleted(String namespace, String room) {
        format.roomDeleted(namespace, room);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        peers.close();
        try {
            CompletableFuture<?>[] left = namespaces.stream()
                    .map(namespace -> format.takeNoQuestions(namespace).toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            // All together get the time of one command, since Redis may be away.
            link.get(CompletableFuture.allOf(left));
        } catch (AdapterException neverStarted) {
            // Nothing to leave.
        }
        format.stop();
        inbound.close(GOODBYE);
        answers.close(GOODBYE);
        questions.close();
        link.close();
        roost.close();
    }

    private boolean open(String namespace) {
        return !namespaces.add(namespace)
                || link.get(format.open(namespace).thenApply(nothing -> true)).isPresent();
    }

    /** Sends an answer without waiting. */
    private void answer(NodeFormat.Reply reply, NodeResponse response) {
        NodeFormat.Outgoing message = format.answer(reply, response);
        if (!answers.offer(message.message().length, () -> send(message))) {
            incidents.report(Incident.MESSAGE_DROPPED, "Redis takes fewer answers than are given");
        }
    }

    private void send(NodeFormat.Outgoing message) {
        try {
            link.send(message, false);
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
        return questions
                .ask(namespace, kind, timeout, onValue, id -> {
                    if (closed.get()) {
                        throw new AdapterException("closed");
                    }
                    return format.ask(namespace, request.apply(id));
                })
                .result();
    }

    private Duration shorter(Duration timeout) {
        return timeout.compareTo(config.node().requestsTimeout()) < 0
                ? timeout
                : config.node().requestsTimeout();
    }

    private Set<NodeId> roostNodes() {
        return roost.nodes().stream().map(NodeDescriptor::id).collect(Collectors.toCollection(HashSet::new));
    }

    private Set<NodeId> otherRoostNodes() {
        Set<NodeId> others = roostNodes();
        others.remove(self.id());
        return others;
    }

    private @Nullable NodeId roostNode(String name) {
        for (NodeDescriptor node : roost.nodes()) {
            if (naming.apply(node.id()).equals(name)) {
                return node.id();
            }
        }
        return null;
    }

    /** What Redis's connections tell. */
    private final class FromRedis implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            throw new IllegalStateException("messages come on channels of their own");
        }

        @Override
        public void onGap(String reason) {
            if (format.sharedLog().isPresent()) {
                // Events pass no channel, so clients miss nothing.
                incidents.report(Incident.GAP, "questions may have been lost: " + reason);
            } else {
                inbound.gap(reason);
            }
        }

        @Override
        public void onState(BusState state) {
            // The log says it; what to do about it is decided message by message.
        }
    }
}
