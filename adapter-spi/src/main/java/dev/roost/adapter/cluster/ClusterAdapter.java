package dev.roost.adapter.cluster;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.NodeIdTakenException;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Scheduler;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.StoredSessions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Adapter} over anything that moves bytes between nodes.
 *
 * <p>Everything nodes say to each other passes two virtual threads: one takes messages from a bounded queue and sends
 * them in batches, one handles the frames that come in, in order. Callers only queue; the bus's own threads only queue;
 * answers for the application are handed on to threads of their own. So a slow bus, a slow node and a slow application
 * each slow down nothing but themselves.
 *
 * <p>Thread-safe: what threads share are the queues, the request table and {@link Membership}'s snapshots; what is
 * remembered of other nodes is confined to the receiving thread. Spec: adapter 4 to 8.
 */
public final class ClusterAdapter implements Adapter {
    private static final Target ALL = new Target.All();
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Duration MEMBERS_KNOWN = Duration.ofSeconds(5);

    private final NodeDescriptor self;
    private final LocalNode local;
    private final ClusterBus bus;
    private final Duration joinWait;
    private final Optional<String> secret;
    private final IncidentLog incidents;
    private final InboundQueue inbound;
    private final OutboundQueue outbound;
    private final PendingRequests pending;
    private final Membership membership;
    private final FrameSender sender;
    private final Presence presence;
    private final Scheduler scheduler;
    private final Thread sending;
    private final Thread receiving;
    /** Open when nothing more is to be learned before this node joins. */
    private final CountDownLatch othersKnown = new CountDownLatch(1);

    private volatile @Nullable ConnectionWatch watch;
    private volatile boolean idLost;
    private final AtomicBoolean joined = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Makes an adapter with the usual limits. */
    public ClusterAdapter(AdapterContext context, ClusterBus bus) {
        this(context, bus, ClusterOptions.DEFAULT);
    }

    /** Makes an adapter; the bus is its own from now on, and closed with it. */
    public ClusterAdapter(AdapterContext context, ClusterBus bus, ClusterOptions options) {
        self = context.node();
        local = context.local();
        this.bus = bus;
        joinWait = options.joinWait();
        secret = context.secret();
        scheduler = context.scheduler();
        incidents = new IncidentLog(context.counters(), scheduler);
        inbound = new InboundQueue(options.inboundBytes());
        outbound = new OutboundQueue(options, incidents);
        pending = new PendingRequests(scheduler, incidents, options);
        membership = new Membership(self, options.maxNodes());
        Origins origins = new Origins(options.maxNodes(), options.maxMessageBytes());
        sender = new FrameSender(self, bus, outbound, options, seal(context), incidents, context.counters(), false);
        presence = new Presence(
                self,
                bus.capabilities().nativeMembership(),
                scheduler,
                options,
                membership,
                origins,
                inbound,
                outbound,
                sender,
                pending,
                incidents,
                this::othersAreKnown);
        FrameReceiver receiver = new FrameReceiver(
                self,
                scheduler,
                inbound,
                origins,
                membership,
                seal(context),
                incidents,
                context.counters(),
                new Dispatch(self, local, outbound, pending, presence, incidents, this::idIsLost));
        sending = Thread.ofVirtual().name("roost-cluster-out-" + self.id()).unstarted(sender::run);
        receiving = Thread.ofVirtual().name("roost-cluster-in-" + self.id()).unstarted(receiver::run);
    }

    @Override
    public void start() {
        try {
            receiving.start();
            bus.start(new FromBus());
            sending.start();
            if (bus.capabilities().nativeMembership()) {
                awaitMembers();
            }
            presence.hello();
            await(othersKnown, joinWait);
            if (idLost) {
                throw new NodeIdTakenException(self.id());
            }
            joined.set(true);
            presence.start();
            watchConnections();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void watchConnections() {
        bus.connections().ifPresent(source -> {
            ConnectionWatch started = new ConnectionWatch(
                    source, scheduler, membership::others, lost -> inbound.post(() -> presence.disconnected(lost)));
            watch = started;
            started.start();
            if (closed.get()) {
                started.close();
            }
        });
    }

    @Override
    public Set<NodeDescriptor> nodes() {
        return membership.nodes();
    }

    @Override
    public void send(Command command) {
        outbound.put(ALL, new ClusterMessage.Apply(command));
    }

    @Override
    public CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
        Set<NodeId> others = membership.others();
        PendingRequest<Payload> request = pending.open(Payload.class, others, PendingRequests.UNKNOWN, timeout, onAck);
        // Sent even when nobody is known: the event is for everyone, only the answers are of those known now.
        return ask(request, new ClusterMessage.BroadcastRequest(request.id(), timeout, broadcast), others);
    }

    @Override
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout) {
        Set<NodeId> others = membership.others();
        PendingRequest<SocketSnapshot> request =
                pending.open(SocketSnapshot.class, others, PendingRequests.UNKNOWN, timeout, socket -> {});
        return others.isEmpty()
                ? request.result()
                : ask(request, new ClusterMessage.FetchRequest(request.id(), namespace, selection), others);
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
        Set<NodeId> others = membership.others();
        PendingRequest<Payload> request = pending.open(Payload.class, others, 1, timeout, answer -> {});
        return ask(request, new ClusterMessage.ServerSideRequest(request.id(), emit), others);
    }

    @Override
    public void announce(String namespace, long number) {
        outbound.put(ALL, new ClusterMessage.Announcement(namespace, number));
    }

    @Override
    public CompletionStage<Optional<SavedSession>> claim(SessionClaim claim, Set<NodeId> likely, Duration timeout) {
        Set<NodeId> first = new HashSet<>(membership.others());
        Set<NodeId> rest = new HashSet<>(first);
        first.retainAll(likely);
        rest.removeAll(likely);
        return claimFrom(claim, first, timeout)
                .thenCompose(found ->
                        found.isPresent() ? CompletableFuture.completedStage(found) : claimFrom(claim, rest, timeout));
    }

    /** Asks nodes, each alone; the first that has it is the only one. */
    private CompletableFuture<Optional<SavedSession>> claimFrom(
            SessionClaim claim, Set<NodeId> nodes, Duration timeout) {
        CompletableFuture<Optional<SavedSession>> found = new CompletableFuture<>();
        PendingRequest<ClusterMessage.ClaimAnswer> request =
                pending.open(ClusterMessage.ClaimAnswer.class, nodes, 1, timeout, answer -> {
                    if (answer.session().isPresent()) {
                        found.complete(answer.session());
                    }
                });
        for (NodeId node : nodes) {
            if (!outbound.put(new Target.Node(node), new ClusterMessage.ClaimRequest(request.id(), claim))
                    || !membership.contains(node)) {
                request.nodeLeft(node);
            }
        }
        request.result().thenRun(() -> found.complete(Optional.empty()));
        return found;
    }

    @Override
    public CompletionStage<SessionHandover.Outcome> handOver(
            NodeId to, List<SessionHandover> sessions, Duration timeout) {
        PendingRequest<ClusterMessage.HandoverAnswer> request =
                pending.open(ClusterMessage.HandoverAnswer.class, Set.of(to), 1, timeout, answer -> {});
        if (!outbound.put(new Target.Node(to), new ClusterMessage.HandoverRequest(request.id(), sessions))
                || !membership.contains(to)) {
            request.nodeLeft(to);
        }
        return request.result().thenApply(ClusterAdapter::outcome);
    }

    private static SessionHandover.Outcome outcome(Gathered<ClusterMessage.HandoverAnswer> answers) {
        if (answers.values().isEmpty()) {
            return SessionHandover.Outcome.UNKNOWN;
        }
        return answers.values().getFirst().taken() ? SessionHandover.Outcome.TAKEN : SessionHandover.Outcome.REFUSED;
    }

    @Override
    public Optional<StoredSessions> storedSessions() {
        return bus.store().map(store -> new TtlSessions(store, secret, incidents));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        presence.close();
        ConnectionWatch watching = watch;
        if (watching != null) {
            watching.close();
        }
        outbound.offer(ALL, new ClusterMessage.Bye());
        outbound.close();
        sender.closing();
        end(sending);
        bus.close();
        inbound.close();
        end(receiving);
        pending.close();
    }

    private <T> CompletionStage<Gathered<T>> ask(
            PendingRequest<T> request, ClusterMessage message, Set<NodeId> others) {
        if (!outbound.put(ALL, message)) {
            request.giveUp();
        }
        for (NodeId node : others) {
            // It may have left before the request was in the table.
            if (!membership.contains(node)) {
                request.nodeLeft(node);
            }
        }
        return request.result();
    }

    /** Waits for the backend's first word on who is there. */
    private void awaitMembers() {
        MembershipSource source = bus.membership()
                .orElseThrow(() -> new IllegalStateException("the bus says it knows its members but has no source"));
        CountDownLatch known = new CountDownLatch(1);
        source.listen(current -> inbound.post(() -> {
            for (NodeDescriptor node : current) {
                if (node.id().equals(self.id()) && node.epoch() < self.epoch()) {
                    idIsLost(node.epoch());
                }
            }
            presence.members(current);
            known.countDown();
        }));
        if (!await(known, MEMBERS_KNOWN)) {
            throw new AdapterException("the bus did not say within " + MEMBERS_KNOWN + " who is in the cluster");
        }
    }

    /** Takes note of an older node with this id; false when it is too late to step back. */
    private boolean idIsLost(long olderEpoch) {
        if (joined.get() || olderEpoch >= self.epoch()) {
            return false;
        }
        idLost = true;
        othersKnown.countDown();
        return true;
    }

    private void othersAreKnown() {
        othersKnown.countDown();
    }

    private static @Nullable FrameSeal seal(AdapterContext context) {
        return context.secret().isPresent() ? new FrameSeal(context.secret().get()) : null;
    }

    private static boolean await(CountDownLatch latch, Duration time) {
        try {
            return latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException("interrupted while joining the cluster", e);
        }
    }

    /** Lets a thread come to its end, then makes it. */
    private static void end(Thread thread) {
        if (thread.getState() == Thread.State.NEW || thread == Thread.currentThread()) {
            return;
        }
        try {
            if (!thread.join(GOODBYE)) {
                thread.interrupt();
                thread.join(GOODBYE);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /** What the backend's threads call; every method only queues. Thread-safe. */
    private final class FromBus implements BusEvents {
        @Override
        public void onFrame(byte[] frame) {
            // What a bus gives back to the sender would only wake the receiving thread in vain.
            if (!Frame.isEcho(frame, self) && !inbound.offer(frame)) {
                // The hole in the sender's numbers will show the loss to the receiving thread.
                incidents.report(Incident.INBOUND_OVERFLOW, "frames come faster than they are handled");
            }
        }

        @Override
        public void onGap(String reason) {
            cutOff();
            inbound.post(() -> {
                incidents.report(Incident.GAP, "frames may have been lost: " + reason);
                local.gap(Optional.empty());
                presence.hello();
            });
        }

        @Override
        public void onState(BusState state) {
            cutOff();
            outbound.busDown(state == BusState.DOWN);
            if (state == BusState.UP) {
                sender.busReturned();
                inbound.post(presence::hello);
            }
        }

        private void cutOff() {
            ConnectionWatch watching = watch;
            if (watching != null) {
                watching.forgive();
            }
        }
    }
}
