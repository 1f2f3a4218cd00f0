package dev.roost.adapter.example;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.Capabilities.Ordering;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import org.jspecify.annotations.Nullable;

/** Moves frames over two subjects: one for all nodes, one of this node. Thread-safe: volatile reference. */
final class ExampleBus implements ClusterBus {
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final Broker broker;
    private final String key;
    private final NodeId self;
    private volatile Broker.@Nullable Connection connection;

    ExampleBus(Broker broker, String key, NodeId self) {
        this.broker = broker;
        this.key = key;
        this.self = self;
    }

    @Override
    public Capabilities capabilities() {
        boolean unicast = true;
        boolean mayDuplicate = false;
        boolean knowsMembers = false;
        boolean signalsGaps = true;
        return new Capabilities(Ordering.PER_SENDER, unicast, mayDuplicate, knowsMembers, signalsGaps, MAX_FRAME_BYTES);
    }

    @Override
    public void start(BusEvents events) {
        try {
            Broker.Connection opened = broker.connect(connected -> changed(connected, events));
            opened.subscribe(subject(new Target.All()), frame -> received(frame, events));
            opened.subscribe(subject(new Target.Node(self)), frame -> received(frame, events));
            connection = opened;
        } catch (IllegalStateException e) {
            throw new AdapterException("cannot use the broker: " + e.getMessage(), e);
        }
        events.onState(BusState.UP);
    }

    @Override
    public void send(Target target, byte[] frame) {
        Broker.Connection opened = connection;
        if (opened == null) {
            throw new AdapterException("not connected to the broker");
        }
        try {
            opened.publish(subject(target), frame);
        } catch (IllegalStateException e) {
            throw new AdapterException("cannot publish: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        Broker.Connection opened = connection;
        if (opened != null) {
            opened.close();
        }
    }

    private void changed(boolean connected, BusEvents events) {
        if (connected) {
            events.onGap("the connection to the broker was lost and made anew");
        }
        events.onState(connected ? BusState.UP : BusState.DOWN);
    }

    private static void received(byte[] frame, BusEvents events) {
        if (frame.length <= MAX_FRAME_BYTES) {
            events.onFrame(frame);
        }
    }

    private String subject(Target target) {
        return switch (target) {
            case Target.All all -> key + ".all";
            case Target.Node(NodeId id) -> key + ".node." + id;
        };
    }
}
