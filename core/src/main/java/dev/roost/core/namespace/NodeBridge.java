package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This node as its adapter sees it: does to local sockets what other nodes ask for.
 *
 * <p>Thread-safe: immutable. Everything is handed over to loops and mailboxes, nothing blocks on a client or a handler.
 *
 * <p>Spec: adapter 4 to 6.
 */
final class NodeBridge implements LocalNode {
    private final SocketIo io;

    NodeBridge(SocketIo io) {
        this.io = io;
    }

    @Override
    public void apply(Command command) {
        Namespace namespace = io.find(command.namespace());
        if (namespace != null) {
            namespace.apply(command);
        }
    }

    @Override
    public void gap(Optional<NodeId> origin) {
        Recovery recovery = io.recovery();
        if (recovery != null) {
            recovery.gap();
        }
    }

    @Override
    public void broadcastWithAck(Command.Broadcast broadcast, Duration timeout, AckSink sink) {
        Namespace namespace = io.find(broadcast.namespace());
        if (namespace == null) {
            sink.clients(0);
        } else {
            namespace.deliverWithAck(broadcast.selection(), broadcast.arguments(), timeout, false, sink);
        }
    }

    @Override
    public List<SocketSnapshot> fetch(String name, Selection selection) {
        @Nullable Namespace namespace = io.find(name);
        return namespace == null ? List.of() : namespace.snapshots(selection);
    }

    @Override
    public void serverSideEmit(Command.ServerSideEmit emit, Consumer<Payload> reply) {
        Namespace namespace = io.find(emit.namespace());
        if (namespace != null) {
            namespace.serverSideAsked(emit.arguments(), reply);
        }
    }

    @Override
    public boolean occupied(String name, String room) {
        Namespace namespace = io.find(name);
        return namespace != null && namespace.rooms().occupied(room);
    }
}
