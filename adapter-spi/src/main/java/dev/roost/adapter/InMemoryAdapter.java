package dev.roost.adapter;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The adapter of a process that is alone. Immutable.
 *
 * <p>There are no other nodes, so every command is done already and every request is complete.
 */
public final class InMemoryAdapter implements Adapter {
    private final Set<NodeDescriptor> nodes;

    public InMemoryAdapter(NodeDescriptor self) {
        nodes = Set.of(self);
    }

    @Override
    public void start() {}

    @Override
    public Set<NodeDescriptor> nodes() {
        return nodes;
    }

    @Override
    public void send(Command command) {}

    @Override
    public CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
        return CompletableFuture.completedStage(Gathered.nothingAsked());
    }

    @Override
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration timeout) {
        return CompletableFuture.completedStage(Gathered.nothingAsked());
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
        return CompletableFuture.completedStage(Gathered.nothingAsked());
    }

    @Override
    public void close() {}
}
