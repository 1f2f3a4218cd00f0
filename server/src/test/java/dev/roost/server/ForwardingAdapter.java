package dev.roost.server;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SharedLog;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.StoredSessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Leaves everything to another adapter; a test overrides what it is about. As thread-safe as the other. */
public class ForwardingAdapter implements Adapter {
    private final Adapter adapter;

    protected ForwardingAdapter(Adapter adapter) {
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
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout) {
        return adapter.fetch(namespace, selection, timeout);
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
        return adapter.serverSideEmitWithAck(emit, timeout);
    }

    @Override
    public void announce(String namespace, long number) {
        adapter.announce(namespace, number);
    }

    @Override
    public CompletionStage<Optional<SavedSession>> claim(SessionClaim claim, Set<NodeId> likely, Duration timeout) {
        return adapter.claim(claim, likely, timeout);
    }

    @Override
    public CompletionStage<SessionHandover.Outcome> handOver(
            NodeId to, List<SessionHandover> sessions, Duration timeout) {
        return adapter.handOver(to, sessions, timeout);
    }

    @Override
    public Optional<StoredSessions> storedSessions() {
        return adapter.storedSessions();
    }

    @Override
    public Optional<SharedLog> sharedLog() {
        return adapter.sharedLog();
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
        adapter.roomCreated(namespace, room);
    }

    @Override
    public void roomDeleted(String namespace, String room) {
        adapter.roomDeleted(namespace, room);
    }

    @Override
    public void close() {
        adapter.close();
    }
}
