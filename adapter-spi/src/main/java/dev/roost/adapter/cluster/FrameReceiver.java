package dev.roost.adapter.cluster;

import dev.roost.adapter.Command;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames from the bus and handles them in order on one thread. Confined to that thread.
 *
 * <p>What outsiders send is kept apart: they are no nodes, so an id of theirs means nothing beside those of nodes.
 *
 * <p>This node's own frames have been left out before. A frame for another node, seen before, or not understood ends
 * here; a hole in a sender's numbers is reported before the frame after it is handled.
 */
final class FrameReceiver {
    /** A part of one message each may be held of many senders; beyond this, new parts are refused. */
    private static final long MAX_HELD_BYTES = 256L << 20;

    private final NodeDescriptor self;
    private final Scheduler clock;
    private final InboundQueue queue;
    private final Origins origins;
    private final Origins outsiders;
    private final Membership membership;
    private final @Nullable FrameSeal seal;
    private final IncidentLog incidents;
    private final Counters counters;
    private final Handler handler;

    /** What is done with what arrives; called on the receiving thread. */
    interface Handler {
        void message(NodeId origin, long epoch, ClusterMessage message);

        /** A sender that is no node wants something done. */
        void outsider(Command command);

        /** Messages may have been lost, of one node or of all. */
        void gap(Optional<NodeId> origin);

        /** Another node uses this node's id. */
        void collision(long otherEpoch);

        /** A frame came from a node that is no member. */
        void stranger(NodeId id, Origin origin);
    }

    FrameReceiver(
            NodeDescriptor self,
            Scheduler clock,
            InboundQueue queue,
            Origins origins,
            Membership membership,
            @Nullable FrameSeal seal,
            IncidentLog incidents,
            Counters counters,
            Handler handler) {
        this.self = self;
        this.clock = clock;
        this.queue = queue;
        this.origins = origins;
        outsiders = origins.another();
        this.membership = membership;
        this.seal = seal;
        this.incidents = incidents;
        this.counters = counters;
        this.handler = handler;
    }

    /** Handles what comes until closed or interrupted. */
    void run() {
        try {
            for (InboundQueue.Item item = queue.take(); item != null; item = queue.take()) {
                handle(item);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing that happens to one frame may end the thread. */
    private void handle(InboundQueue.Item item) {
        try {
            switch (item) {
                case InboundQueue.Item.Bytes(byte[] frame) -> frame(frame);
                case InboundQueue.Item.Task(Runnable action) -> action.run();
            }
        } catch (FrameFormatException e) {
            Incident incident = switch (e.kind()) {
                case MALFORMED -> Incident.FRAME_MALFORMED;
                case VERSION -> Incident.FRAME_VERSION;
                case SIGNATURE -> Incident.FRAME_SIGNATURE;
            };
            incidents.report(incident, "a frame was dropped: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            incidents.report(Incident.MESSAGE_FAILED, "handling a frame failed", e);
        }
    }

    private void frame(byte[] bytes) throws FrameFormatException {
        Frame frame = Frame.parse(bytes, seal);
        if (frame.outsider()) {
            outsider(frame);
            return;
        }
        boolean forMe = frame.target() == null || frame.target().equals(self.id());
        if (frame.origin().equals(self.id())) {
            handler.collision(frame.epoch());
            return;
        }
        if (membership.departed(frame.origin(), frame.epoch())) {
            incidents.report(Incident.FRAME_STALE, "a frame of a node that has left was dropped");
            return;
        }
        long now = clock.nanoTime();
        Origin origin = origins.of(frame.origin(), frame.epoch(), now, membership::contains);
        if (origin == null) {
            incidents.report(Incident.NODE_LIMIT, "a frame of an unknown node was refused");
            return;
        }
        membership.heard(frame.origin(), frame.epoch(), now);
        if (forMe) {
            counters.add("cluster.frames.received", 1);
            messages(frame, origin);
        }
        if (!membership.contains(frame.origin())) {
            handler.stranger(frame.origin(), origin);
        }
    }

    private void outsider(Frame frame) throws FrameFormatException {
        Origin origin = outsiders.of(frame.origin(), frame.epoch(), clock.nanoTime(), id -> false);
        if (origin != null && frame.target() == null) {
            counters.add("cluster.frames.received", 1);
            messages(frame, origin);
        }
    }

    private void messages(Frame frame, Origin origin) throws FrameFormatException {
        long lost = origin.lostBefore(frame);
        if (lost > 0) {
            incidents.report(Incident.GAP, lost, "messages of node " + frame.origin() + " were lost", null);
            handler.gap(Optional.of(frame.origin()));
        }
        int known = origin.advance(frame);
        if (known > 0) {
            incidents.report(Incident.FRAME_DUPLICATE, "a frame came twice or late");
        }
        for (int i = 0; i < frame.count(); i++) {
            ByteReader message = frame.nextMessage();
            if (i >= known) {
                message(frame, origin, message, false);
            }
        }
        counters.add("cluster.messages.received", frame.count() - known);
    }

    private void message(Frame frame, Origin origin, ByteReader bytes, boolean reassembled) {
        try {
            ClusterMessage message = ClusterMessageCodec.decode(bytes, frame.origin(), frame.epoch());
            if (message == null) {
                incidents.report(Incident.MESSAGE_UNKNOWN, "a message of an unknown type was skipped");
            } else if (message instanceof ClusterMessage.Fragment fragment) {
                if (reassembled) {
                    throw bytes.malformed("parts within parts");
                }
                fragment(frame, origin, fragment);
            } else if (frame.outsider()) {
                outsider(message);
            } else {
                handler.message(frame.origin(), frame.epoch(), message);
            }
        } catch (FrameFormatException e) {
            incidents.report(Incident.MESSAGE_MALFORMED, "a message was dropped: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            incidents.report(Incident.MESSAGE_FAILED, "handling a message failed", e);
        }
    }

    private void outsider(ClusterMessage message) {
        if (message instanceof ClusterMessage.Apply(Command command)) {
            handler.outsider(command);
        } else {
            incidents.report(Incident.MESSAGE_MALFORMED, "a message only nodes may send came from an outsider");
        }
    }

    private void fragment(Frame frame, Origin origin, ClusterMessage.Fragment fragment) {
        try {
            if (fragment.index() == 0 && origins.heldBytes() + outsiders.heldBytes() > MAX_HELD_BYTES) {
                incidents.report(Incident.FRAGMENT_LOST, "too many messages are incomplete, one was dropped");
                return;
            }
            byte[] whole = origin.part(frame, fragment);
            if (whole != null) {
                message(frame, origin, new ByteReader(whole, 0, whole.length), true);
            }
        } catch (FrameFormatException e) {
            incidents.report(Incident.FRAGMENT_LOST, "a large message was dropped: " + e.getMessage());
        }
    }
}
