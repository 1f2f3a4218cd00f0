package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.SavedSession;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SessionClaim;
import dev.roost.adapter.SessionHandover;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.core.recovery.Offset;
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
    public void apply(NodeId origin, Command command) {
        Recovery recovery = io.recovery();
        if (recovery == null
                || !(command instanceof Command.Broadcast broadcast)
                || broadcast.number() == 0
                || !Offset.fits(broadcast.arguments())) {
            apply(command);
            return;
        }
        Namespace namespace = io.find(broadcast.namespace());
        NamespaceRecovery log = namespace == null ? null : namespace.recovery();
        if (log != null) {
            log.apply(origin, broadcast);
        } else {
            recovery.record(origin, broadcast);
        }
    }

    @Override
    public void logged(String id, Command.Broadcast event) {
        Namespace namespace = io.find(event.namespace());
        NamespaceRecovery recovery = namespace == null ? null : namespace.recovery();
        if (recovery != null) {
            recovery.logged(id, event);
        } else if (namespace != null) {
            namespace.apply(event);
        }
    }

    @Override
    public void gap(Optional<NodeId> origin) {
        Recovery recovery = io.recovery();
        if (recovery != null) {
            recovery.gap(origin);
        }
    }

    @Override
    public void announced(NodeId origin, String namespace, long number) {
        Recovery recovery = io.recovery();
        if (recovery != null) {
            recovery.announced(origin, namespace, number);
        }
    }

    @Override
    public void greeted() {
        Recovery recovery = io.recovery();
        if (recovery != null) {
            recovery.announce();
        }
    }

    @Override
    public void claim(SessionClaim claim, Consumer<Optional<SavedSession>> reply) {
        Recovery recovery = io.recovery();
        if (recovery == null) {
            reply.accept(Optional.empty());
        } else {
            Thread.ofVirtual()
                    .name("roost-claim")
                    .start(() -> reply.accept(recovery.exchange().give(claim)));
        }
    }

    @Override
    public void handedOver(NodeId origin, List<SessionHandover> sessions, Consumer<Boolean> done) {
        Recovery recovery = io.recovery();
        if (recovery == null || !recovery.departure().accepts(origin)) {
            done.accept(false);
            return;
        }
        Thread.ofVirtual().name("roost-handover").start(() -> {
            try {
                recovery.exchange().accept(sessions);
            } finally {
                recovery.departure().accepted();
            }
            done.accept(true);
        });
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
    public Duration memory() {
        return io.options()
                .recovery()
                .map(ConnectionStateRecovery::maxDisconnectionDuration)
                .orElse(Duration.ZERO);
    }

    @Override
    public boolean occupied(String name, String room) {
        Namespace namespace = io.find(name);
        return namespace != null && namespace.rooms().occupied(room);
    }
}
