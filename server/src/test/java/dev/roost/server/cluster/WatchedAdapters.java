package dev.roost.server.cluster;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.server.ForwardingAdapter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the adapter of one node as another factory does, and writes down what core tells it of rooms and sessions.
 *
 * <p>Thread-safe: a concurrent list, an atomic counter.
 */
final class WatchedAdapters implements AdapterFactory {
    private final AdapterFactory factory;
    private final List<String> rooms = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessionCalls = new AtomicInteger();

    WatchedAdapters(AdapterFactory factory) {
        this.factory = factory;
    }

    /** What was told of one room of the main namespace, in order. */
    List<String> told(String room) {
        return rooms.stream()
                .filter(line -> line.endsWith(" /" + room))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    /** How often sessions or their events were spoken of. */
    int sessionCalls() {
        return sessionCalls.get();
    }

    @Override
    public String name() {
        return factory.name();
    }

    @Override
    public Set<String> keys() {
        return factory.keys();
    }

    @Override
    public Adapter create(AdapterContext context) {
        return new Watched(factory.create(context));
    }

    private final class Watched extends ForwardingAdapter {
        Watched(Adapter adapter) {
            super(adapter);
        }

        @Override
        public void announce(String namespace, long number) {
            sessionCalls.incrementAndGet();
            super.announce(namespace, number);
        }

        @Override
        public CompletionStage<Optional<SavedSession>> claim(SessionClaim claim, Set<NodeId> likely, Duration timeout) {
            sessionCalls.incrementAndGet();
            return super.claim(claim, likely, timeout);
        }

        @Override
        public CompletionStage<SessionHandover.Outcome> handOver(
                NodeId to, List<SessionHandover> sessions, Duration timeout) {
            sessionCalls.incrementAndGet();
            return super.handOver(to, sessions, timeout);
        }

        @Override
        public void roomCreated(String namespace, String room) {
            rooms.add("created " + namespace + room);
            super.roomCreated(namespace, room);
        }

        @Override
        public void roomDeleted(String namespace, String room) {
            rooms.add("deleted " + namespace + room);
            super.roomDeleted(namespace, room);
        }
    }
}
