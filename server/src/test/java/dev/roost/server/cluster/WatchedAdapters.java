package dev.roost.server.cluster;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.StoredSessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

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

    private final class Watched implements Adapter {
        private final Adapter adapter;

        Watched(Adapter adapter) {
            this.adapter = adapter;
        }

        @Override
        public void start() {
            adapter.start();
        }

        @Override
        public Set<NodeDescriptor> nodes() {
            return adapter.nodes();
        }

        @Override
        public void send(Command command) {
            adapter.send(command);
        }

        @Override
        public CompletionStage<Gathered<Payload>> broadcastWithAck(
                Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
            return adapter.broadcastWithAck(broadcast, timeout, onAck);
        }

        @Override
        public CompletionStage<Gathered<SocketSnapshot>> fetch(
                String namespace, Selection selection, Duration timeout) {
            return adapter.fetch(namespace, selection, timeout);
        }

        @Override
        public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
            return adapter.serverSideEmitWithAck(emit, timeout);
        }

        @Override
        public void announce(String namespace, long number) {
            sessionCalls.incrementAndGet();
            adapter.announce(namespace, number);
        }

        @Override
        public CompletionStage<Optional<SavedSession>> claim(SessionClaim claim, Set<NodeId> likely, Duration timeout) {
            sessionCalls.incrementAndGet();
            return adapter.claim(claim, likely, timeout);
        }

        @Override
        public CompletionStage<SessionHandover.Outcome> handOver(
                NodeId to, List<SessionHandover> sessions, Duration timeout) {
            sessionCalls.incrementAndGet();
            return adapter.handOver(to, sessions, timeout);
        }

        @Override
        public Optional<StoredSessions> storedSessions() {
            return adapter.storedSessions();
        }

        @Override
        public void namespaceOpened(String namespace) {
            adapter.namespaceOpened(namespace);
        }

        @Override
        public void namespaceClosed(String namespace) {
            adapter.namespaceClosed(namespace);
        }

        @Override
        public void roomCreated(String namespace, String room) {
            rooms.add("created " + namespace + room);
            adapter.roomCreated(namespace, room);
        }

        @Override
        public void roomDeleted(String namespace, String room) {
            rooms.add("deleted " + namespace + room);
            adapter.roomDeleted(namespace, room);
        }

        @Override
        public void close() {
            adapter.close();
        }
    }
}
