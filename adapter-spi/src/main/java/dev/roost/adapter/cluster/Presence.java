package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the others that this node lives, and notices who no longer does. Confined to the receiving thread, but for
 * {@link #start}, {@link #hello} and {@link #close}.
 *
 * <p>Where the backend knows its members they still introduce themselves: a backend may name a member before that can
 * receive, and whoever counts as a node is waited for. The backend then says who left. A heartbeat also follows the last
 * message there, since its number is what shows receivers that the message before it was lost.
 */
final class Presence {
    private static final Target ALL = new Target.All();
    /** How long a silent sender's numbers are remembered. */
    private static final long MEMORY_NANOS = Duration.ofMinutes(5).toNanos();
    /** How many strangers are asked who they are between two heartbeats. */
    private static final int MAX_QUESTIONS = 64;

    private final NodeDescriptor self;
    private final boolean nativeMembership;
    private final Scheduler scheduler;
    private final Duration interval;
    private final long timeoutNanos;
    private final Membership membership;
    private final Origins origins;
    private final InboundQueue inbound;
    private final OutboundQueue outbound;
    private final FrameSender sender;
    private final PendingRequests pending;
    private final IncidentLog incidents;

    private final int maxNodes;
    private final Runnable onAllIntroduced;
    /** Whom the backend names, and who has said so itself. */
    private Set<NodeDescriptor> present = Set.of();

    private final Set<NodeDescriptor> introduced = new HashSet<>();
    /** Who was there and went without a good-bye. */
    private final Set<NodeId> lost = new HashSet<>();

    private long lastBeat;
    private long sentAtLastBeat;
    private int questions;
    private volatile Scheduler.@Nullable Timer timer;
    private volatile boolean closed;

    /** Makes a presence; {@code onAllIntroduced} runs whenever everyone the backend names has introduced itself. */
    Presence(
            NodeDescriptor self,
            boolean nativeMembership,
            Scheduler scheduler,
            ClusterOptions options,
            Membership membership,
            Origins origins,
            InboundQueue inbound,
            OutboundQueue outbound,
            FrameSender sender,
            PendingRequests pending,
            IncidentLog incidents,
            Runnable onAllIntroduced) {
        this.self = self;
        this.nativeMembership = nativeMembership;
        this.scheduler = scheduler;
        interval = options.heartbeatInterval();
        maxNodes = options.maxNodes();
        this.onAllIntroduced = onAllIntroduced;
        timeoutNanos = options.heartbeatTimeout().toNanos();
        this.membership = membership;
        this.origins = origins;
        this.inbound = inbound;
        this.outbound = outbound;
        this.sender = sender;
        this.pending = pending;
        this.incidents = incidents;
        lastBeat = scheduler.nanoTime();
    }

    /** Begins to beat. */
    void start() {
        schedule();
    }

    /** Tells everyone about this node and asks them to answer. Any thread. */
    void hello() {
        outbound.offer(ALL, new ClusterMessage.Hello(self));
    }

    /** Beats no more. Any thread. */
    void close() {
        closed = true;
        Scheduler.Timer last = timer;
        if (last != null) {
            last.cancel();
        }
    }

    /** Another node introduced itself and waits for an answer. */
    void greeted(NodeDescriptor node) {
        lives(node);
        outbound.offer(new Target.Node(node.id()), new ClusterMessage.Heartbeat(self));
    }

    /** Another node showed that it lives. */
    void lives(NodeDescriptor node) {
        if (nativeMembership) {
            if (introduced.size() >= maxNodes) {
                introduced.retainAll(present);
            }
            if (introduced.size() < maxNodes && introduced.add(node)) {
                takeOver();
            }
            return;
        }
        switch (membership.admit(node, scheduler.nanoTime())) {
            case NEW -> noticeReturned();
            case KNOWN -> {}
            case REFUSED -> {
                if (!membership.departed(node.id(), node.epoch())) {
                    incidents.report(Incident.NODE_LIMIT, "node " + node.id() + " was not admitted");
                }
            }
        }
    }

    /** Another node said good-bye. */
    void leaves(NodeId id, long epoch) {
        if (membership.leave(id, epoch)) {
            pending.nodeLeft(id);
        }
    }

    /** A frame came from a node nobody introduced: it is asked who it is. */
    void stranger(NodeId id, Origin origin) {
        if (!membership.departed(id, origin.epoch())
                && questions < MAX_QUESTIONS
                && origin.mayAsk(scheduler.nanoTime(), interval.toNanos())) {
            questions++;
            outbound.offer(new Target.Node(id), new ClusterMessage.Hello(self));
        }
    }

    /** A younger node took this one's id and is told so. */
    void defendId() {
        if (questions < MAX_QUESTIONS) {
            questions++;
            outbound.offer(ALL, new ClusterMessage.Heartbeat(self));
        }
    }

    /** The backend's own membership changed. */
    void members(Set<NodeDescriptor> current) {
        // Who was only silent and comes back introduces itself anew; who is early is remembered.
        introduced.removeIf(node -> present.contains(node) && !current.contains(node));
        present = current;
        takeOver();
    }

    /** The backend has had no connection of these nodes for a while. */
    void disconnected(Set<NodeId> nodes) {
        for (NodeId gone : membership.remove(nodes)) {
            lost(gone, "is no longer connected");
        }
    }

    private void takeOver() {
        Set<NodeDescriptor> nodes = new HashSet<>(present);
        nodes.retainAll(introduced);
        for (NodeId gone : membership.replace(nodes, scheduler.nanoTime())) {
            lost(gone, "is no longer connected");
        }
        noticeReturned();
        if (nodes.size() == present.size() - (present.contains(self) ? 1 : 0)) {
            onAllIntroduced.run();
        }
    }

    /** Nobody waits for it any longer, nor for what it would have answered. */
    private void lost(NodeId node, String how) {
        if (lost.size() >= maxNodes) {
            lost.clear();
        }
        lost.add(node);
        incidents.report(Incident.NODE_LOST, "node " + node + " " + how);
        pending.nodeLeft(node);
    }

    private void noticeReturned() {
        for (NodeId node : List.copyOf(lost)) {
            if (membership.contains(node)) {
                lost.remove(node);
                incidents.report(Incident.NODE_BACK, "node " + node + " is back");
            }
        }
    }

    private void schedule() {
        if (!closed) {
            timer = scheduler.schedule(() -> inbound.post(this::beat), interval);
            if (closed) {
                close();
            }
        }
    }

    private void beat() {
        // Whatever fails in here, the next beat comes.
        schedule();
        questions = 0;
        long now = scheduler.nanoTime();
        long late = now - lastBeat - interval.toNanos();
        lastBeat = now;
        if (late > interval.toNanos()) {
            // This process was stopped: frames of living nodes may still wait in its sockets.
            membership.forgive(late, now);
        }
        if (!nativeMembership) {
            for (NodeId dead : membership.expire(now, timeoutNanos)) {
                lost(dead, "has been silent for too long");
            }
        }
        origins.expire(now, MEMORY_NANOS, membership::contains);
        if (!nativeMembership || sender.sentToAll() != sentAtLastBeat) {
            sentAtLastBeat = sender.sentToAll() + 1;
            outbound.offer(ALL, new ClusterMessage.Heartbeat(self));
        }
    }
}
