package dev.roost.adapter.tck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bus whose frames are lost, repeated, held up and overtaken, as {@link Faults} say, over any other bus.
 *
 * <p>Faults happen where frames arrive, for each pair of nodes by a random of its own, so a seed gives the same faults
 * to the same frames whatever the threads do. Four bytes before each frame say who sent it.
 *
 * <p>Thread-safe: guarded by its own lock, which is held while frames are handed on so that they keep the order the
 * faults gave them; whoever takes them only queues.
 */
public final class FaultyBus implements ClusterBus {
    private static final int HEADER = 4;
    private static final int LONGEST_DELAY = 20;

    private final Faults faults;
    private final ClusterBus next;
    private final NodeId self;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<NodeId, Link> links = new HashMap<>();

    @GuardedBy("lock")
    private @Nullable BusEvents events;

    private record Pair(NodeId from, NodeId to) {}

    /** What goes wrong between the nodes of one network. Thread-safe: concurrent sets, volatile fields. */
    public static final class Faults {
        private final long seed;
        private final List<FaultyBus> buses = new CopyOnWriteArrayList<>();
        private final Set<Pair> cut = ConcurrentHashMap.newKeySet();
        private final Set<NodeId> paused = ConcurrentHashMap.newKeySet();
        private final Set<NodeId> killed = ConcurrentHashMap.newKeySet();
        private volatile Rates rates = new Rates(0, 0, 0, 0);

        /** No faults yet; the seed decides which frames they hit. */
        public Faults(long seed) {
            this.seed = seed;
        }

        /** Adds faults to a node's bus. */
        public FaultyBus over(ClusterBus bus, NodeId self) {
            FaultyBus faulty = new FaultyBus(this, bus, self);
            buses.add(faulty);
            return faulty;
        }

        /** Sets how often a frame is dropped, repeated, held up with those after it, and overtaken: 0 to 1 each. */
        public void rates(double drop, double repeat, double delay, double reorder) {
            rates = new Rates(drop, repeat, delay, reorder);
        }

        /** Lets no frame from one node reach another; the way back stays open. */
        public void cut(NodeId from, NodeId to) {
            cut.add(new Pair(from, to));
        }

        /** Cuts a node off from these others, both ways. */
        public void isolate(NodeId node, Iterable<NodeId> others) {
            for (NodeId other : others) {
                cut(node, other);
                cut(other, node);
            }
        }

        /** Holds what comes for a node until {@link #resume}. */
        public void pause(NodeId node) {
            paused.add(node);
        }

        /** Lets a paused node have what came for it. */
        public void resume(NodeId node) {
            paused.remove(node);
            release();
        }

        /** Cuts a node off for good; its sends fail. */
        public void kill(NodeId node) {
            killed.add(node);
        }

        /** Ends all faults but kills; what was held up arrives. */
        public void heal() {
            rates(0, 0, 0, 0);
            cut.clear();
            paused.clear();
            release();
        }

        private void release() {
            buses.forEach(FaultyBus::release);
        }
    }

    private record Rates(double drop, double repeat, double delay, double reorder) {}

    /** The frames of one sender on their way to this node. Guarded by the bus's lock. */
    private static final class Link {
        private final Random random;
        private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
        private int delayed;
        private byte @Nullable [] overtaken;

        Link(long seed) {
            random = new Random(seed);
        }
    }

    private FaultyBus(Faults faults, ClusterBus next, NodeId self) {
        this.faults = faults;
        this.next = next;
        this.self = self;
    }

    @Override
    public Capabilities capabilities() {
        Capabilities sound = next.capabilities();
        return new Capabilities(
                Capabilities.Ordering.NONE,
                sound.unicast(),
                true,
                sound.nativeMembership(),
                false,
                sound.maxFrameBytes() - HEADER);
    }

    @Override
    public void start(BusEvents taker) {
        lock.lock();
        try {
            events = taker;
        } finally {
            lock.unlock();
        }
        next.start(new BusEvents() {
            @Override
            public void onFrame(byte[] frame) {
                arrived(frame);
            }

            @Override
            public void onGap(String reason) {
                taker.onGap(reason);
            }

            @Override
            public void onState(BusState state) {
                taker.onState(state);
            }
        });
    }

    @Override
    public void send(Target target, byte[] frame) {
        if (faults.killed.contains(self)) {
            throw new AdapterException("node " + self + " was killed");
        }
        next.send(
                target,
                ByteBuffer.allocate(HEADER + frame.length)
                        .putInt(self.value())
                        .put(frame)
                        .array());
    }

    @Override
    public Optional<TtlStore> store() {
        return next.store();
    }

    @Override
    public void close() {
        faults.buses.remove(this);
        next.close();
    }

    private void arrived(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        NodeId from = new NodeId(in.getInt());
        byte[] frame = new byte[in.remaining()];
        in.get(frame);
        lock.lock();
        try {
            Link link = links.computeIfAbsent(
                    from,
                    sender -> new Link(faults.seed ^ (31L * sender.value() + self.value()) * 0x9E3779B97F4A7C15L));
            Rates rates = faults.rates;
            // Drawn for every frame, so that one fault does not shift the others.
            double fate = link.random.nextDouble();
            int length = 1 + link.random.nextInt(LONGEST_DELAY);
            boolean lost = faults.killed.contains(self)
                    || faults.killed.contains(from)
                    || faults.cut.contains(new Pair(from, self));
            if (lost || fate < rates.drop()) {
                return;
            }
            fate -= rates.drop();
            if (fate < rates.repeat()) {
                link.queue.add(frame);
            } else if (fate < rates.repeat() + rates.delay()) {
                link.delayed = Math.max(link.delayed, length);
            } else if (fate < rates.repeat() + rates.delay() + rates.reorder() && link.overtaken == null) {
                link.overtaken = frame;
                return;
            }
            link.queue.add(frame);
            byte[] late = link.overtaken;
            if (late != null) {
                link.queue.add(late);
                link.overtaken = null;
            }
            if (link.delayed > 0) {
                link.delayed--;
            }
            if (link.delayed == 0 && !faults.paused.contains(self)) {
                handOn(link);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands on what is held up, if this node may have it. */
    private void release() {
        lock.lock();
        try {
            if (!faults.paused.contains(self)) {
                links.values().forEach(link -> {
                    if (link.overtaken != null) {
                        link.queue.add(link.overtaken);
                        link.overtaken = null;
                    }
                    link.delayed = 0;
                    handOn(link);
                });
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void handOn(Link link) {
        BusEvents taker = events;
        for (byte[] frame = link.queue.poll(); frame != null; frame = link.queue.poll()) {
            if (taker != null) {
                taker.onFrame(frame);
            }
        }
    }
}
