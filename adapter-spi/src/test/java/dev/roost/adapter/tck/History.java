package dev.roost.adapter.tck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Adapter;
import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What nodes sent and what each of them saw of it, and whether the one can follow from the other.
 *
 * <p>Every event carries its sender and its number. Thread-safe: guarded by its own lock.
 */
public final class History {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<NodeId, Integer> sent = new HashMap<>();

    @GuardedBy("lock")
    private final Map<NodeId, List<Seen>> seen = new HashMap<>();

    /** One thing a node saw. */
    private sealed interface Seen {
        record Event(NodeId from, int number) implements Seen {}

        /** Nobody means everybody. */
        record Gap(Optional<NodeId> from) implements Seen {}
    }

    /** A history in which nothing has happened. */
    public History() {}

    /** Returns what to lend a node's adapter. */
    public LocalNode node(NodeId self) {
        return new Witness(self);
    }

    /** Sends the next event of a node; one thread for each node. */
    public void send(NodeId self, Adapter adapter) {
        int number;
        lock.lock();
        try {
            number = sent.merge(self, 1, Integer::sum) - 1;
        } finally {
            lock.unlock();
        }
        adapter.send(Payloads.event("[\"" + self + "\"," + number + "]"));
    }

    /** Returns how many events a node has sent. */
    public int sent(NodeId self) {
        lock.lock();
        try {
            return sent.getOrDefault(self, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of the last event of another node that a node saw, -1 before the first. */
    public int last(NodeId self, NodeId from) {
        lock.lock();
        try {
            int last = -1;
            for (Seen each : seen.getOrDefault(self, List.of())) {
                if (each instanceof Seen.Event(NodeId sender, int number) && sender.equals(from)) {
                    last = number;
                }
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many events were sent and not seen, over all pairs of nodes. */
    public int lost() {
        lock.lock();
        try {
            int lost = 0;
            for (NodeId self : seen.keySet()) {
                for (Map.Entry<NodeId, Integer> sender : sent.entrySet()) {
                    if (!sender.getKey().equals(self)) {
                        lost += sender.getValue();
                    }
                }
                lost -= (int) seen.get(self).stream()
                        .filter(Seen.Event.class::isInstance)
                        .count();
            }
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns what must not be: an event seen twice, too late, by its own sender, or never sent; and events that are
     * lacking before a later one of the same sender without a gap reported in between.
     */
    public List<String> violations() {
        lock.lock();
        try {
            List<String> found = new ArrayList<>();
            seen.forEach((self, events) -> check(self, events, found));
            return found;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void check(NodeId self, List<Seen> events, List<String> found) {
        Map<NodeId, Integer> next = new HashMap<>();
        Map<NodeId, Boolean> excused = new HashMap<>();
        for (Seen each : events) {
            switch (each) {
                case Seen.Gap(Optional<NodeId> from) -> {
                    if (from.isPresent()) {
                        excused.put(from.get(), true);
                    } else {
                        sent.keySet().forEach(sender -> excused.put(sender, true));
                    }
                }
                case Seen.Event(NodeId from, int number) -> {
                    int expected = next.getOrDefault(from, number);
                    String what = self + " saw event " + number + " of " + from;
                    if (from.equals(self)) {
                        found.add(what + ", its own");
                    } else if (number >= sent.getOrDefault(from, 0)) {
                        found.add(what + ", which was not sent");
                    } else if (number < expected) {
                        found.add(what + " after event " + (expected - 1));
                    } else if (number > expected && !excused.getOrDefault(from, false)) {
                        found.add(what + " instead of event " + expected + ", and no gap was reported");
                    }
                    next.put(from, Math.max(expected, number + 1));
                    excused.put(from, false);
                }
            }
        }
    }

    private void saw(NodeId self, Seen what) {
        lock.lock();
        try {
            seen.computeIfAbsent(self, key -> new ArrayList<>()).add(what);
        } finally {
            lock.unlock();
        }
    }

    /** Writes down what one node sees. Thread-safe: the history's lock. */
    private final class Witness implements LocalNode {
        private final NodeId self;

        Witness(NodeId self) {
            this.self = self;
        }

        @Override
        public void apply(Command command) {
            String[] parts =
                    Payloads.text(((Command.Broadcast) command).arguments()).split("[\\[\\],\"]+");
            saw(self, new Seen.Event(NodeId.parse(parts[1]), Integer.parseInt(parts[2])));
        }

        @Override
        public void gap(Optional<NodeId> origin) {
            saw(self, new Seen.Gap(origin));
        }

        @Override
        public void broadcastWithAck(Command.Broadcast broadcast, Duration timeout, AckSink sink) {
            sink.clients(1);
            sink.ack(Payloads.of("\"" + self + "\""));
        }

        @Override
        public List<SocketSnapshot> fetch(String namespace, Selection selection) {
            return List.of();
        }

        @Override
        public void serverSideEmit(Command.ServerSideEmit emit, Consumer<Payload> reply) {
            reply.accept(Payloads.of("\"" + self + "\""));
        }
    }
}
