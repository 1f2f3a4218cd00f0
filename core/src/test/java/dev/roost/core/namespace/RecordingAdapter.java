package dev.roost.core.namespace;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Other nodes, as far as core can tell: writes down what they are told, and answers what a test says. Thread-safe. */
class RecordingAdapter implements Adapter {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Command> commands = new CopyOnWriteArrayList<>();
    final CompletableFuture<Gathered<Payload>> acks = new CompletableFuture<>();
    final CompletableFuture<Gathered<SocketSnapshot>> sockets = new CompletableFuture<>();
    final CompletableFuture<Gathered<Payload>> answers = new CompletableFuture<>();
    volatile @Nullable Consumer<Payload> onAck;
    volatile @Nullable Duration timeout;

    /** Namespaces and rooms that began and ended, in order. */
    List<String> told() {
        return told;
    }

    /** Commands, in order. */
    List<Command> commands() {
        return commands;
    }

    @Override
    public void start() {}

    @Override
    public Set<NodeDescriptor> nodes() {
        return Set.of(
                new NodeDescriptor(new NodeId(7), 0, "", "test"), new NodeDescriptor(new NodeId(8), 0, "", "test"));
    }

    @Override
    public void send(Command command) {
        commands.add(command);
    }

    @Override
    public CompletionStage<Gathered<Payload>> broadcastWithAck(
            Command.Broadcast broadcast, Duration limit, Consumer<Payload> each) {
        commands.add(broadcast);
        timeout = limit;
        onAck = each;
        return acks;
    }

    @Override
    public CompletionStage<Gathered<SocketSnapshot>> fetch(String namespace, Selection selection, Duration limit) {
        timeout = limit;
        return sockets;
    }

    @Override
    public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration limit) {
        commands.add(emit);
        timeout = limit;
        return answers;
    }

    @Override
    public void namespaceOpened(String namespace) {
        told.add("opened " + namespace);
    }

    @Override
    public void namespaceClosed(String namespace) {
        told.add("closed " + namespace);
    }

    @Override
    public void roomCreated(String namespace, String room) {
        told.add("created " + namespace + " " + room);
    }

    @Override
    public void roomDeleted(String namespace, String room) {
        told.add("deleted " + namespace + " " + room);
    }

    @Override
    public void close() {}
}
