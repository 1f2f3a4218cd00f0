package dev.roost.adapter.tck;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bus between the nodes of one JVM, with a delivering thread each. Thread-safe.
 *
 * <p>It does what {@link #capabilities} says and no more: a node gets its own frames back, too.
 */
public final class InMemoryBus implements ClusterBus {
    private static final byte[] END = new byte[0];

    private final Network network;
    private final NodeId id;
    private final LinkedBlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
    private volatile @Nullable Thread delivering;
    private volatile @Nullable BusEvents events;

    /** What connects the buses. Thread-safe. */
    public static final class Network {
        private final Capabilities capabilities;
        private final Set<InMemoryBus> buses = ConcurrentHashMap.newKeySet();
        private final InMemoryStore store = new InMemoryStore();
        private volatile boolean down;

        /** A network with unicast and frames of up to 1 MiB. */
        public Network() {
            this(new Capabilities(Capabilities.Ordering.PER_SENDER, true, false, false, true, 1 << 20));
        }

        /** A network that claims these capabilities; without unicast every frame reaches everyone. */
        public Network(Capabilities capabilities) {
            this.capabilities = capabilities;
        }

        /** Returns a new node's access, not yet started. */
        public InMemoryBus bus(NodeId id) {
            return new InMemoryBus(this, id);
        }

        /** What the nodes of this network store. */
        public InMemoryStore store() {
            return store;
        }

        /** Cuts a node off for good, without any good-bye. */
        public void kill(NodeId id) {
            for (InMemoryBus bus : buses) {
                if (bus.id.equals(id)) {
                    bus.close();
                }
            }
        }

        /** Takes no frames until {@link #bringBack}, and says so to every node. */
        public void takeAway() {
            down = true;
            tell(events -> events.onState(BusState.DOWN));
        }

        /** Ends {@link #takeAway}, which is a gap for every node. */
        public void bringBack() {
            down = false;
            tell(events -> events.onGap("the network was away"));
            tell(events -> events.onState(BusState.UP));
        }

        /** Puts bytes on the bus that come from no node; what is too large for a frame is dropped. */
        public void inject(byte[] bytes) {
            if (bytes.length <= capabilities.maxFrameBytes()) {
                buses.forEach(bus -> bus.inbox.add(bytes.clone()));
            }
        }

        private void tell(Consumer<BusEvents> what) {
            for (InMemoryBus bus : buses) {
                BusEvents events = bus.events;
                if (events != null) {
                    what.accept(events);
                }
            }
        }
    }

    private InMemoryBus(Network network, NodeId id) {
        this.network = network;
        this.id = id;
    }

    @Override
    public Capabilities capabilities() {
        return network.capabilities;
    }

    @Override
    public void start(BusEvents events) {
        this.events = events;
        Thread thread = Thread.ofVirtual().name("roost-test-bus-" + id).unstarted(() -> deliver(events));
        delivering = thread;
        network.buses.add(this);
        thread.start();
        events.onState(BusState.UP);
    }

    @Override
    public void send(Target target, byte[] frame) {
        if (network.down || !network.buses.contains(this)) {
            throw new AdapterException("node " + id + " is not connected");
        }
        if (frame.length > network.capabilities.maxFrameBytes()) {
            throw new AdapterException(
                    "frame of " + frame.length + " bytes, the limit is " + network.capabilities.maxFrameBytes());
        }
        for (InMemoryBus bus : network.buses) {
            if (!(target instanceof Target.Node(NodeId to)) || bus.id.equals(to)) {
                bus.inbox.add(frame.clone());
            }
        }
    }

    @Override
    public Optional<TtlStore> store() {
        return Optional.of(network.store);
    }

    @Override
    public void close() {
        network.buses.remove(this);
        Thread thread = delivering;
        inbox.add(END);
        if (thread != null && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void deliver(BusEvents events) {
        try {
            for (byte[] frame = inbox.take(); frame != END; frame = inbox.take()) {
                events.onFrame(frame);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
