package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A node without sockets, for a cluster in which only membership matters. Immutable. */
final class Bystander implements LocalNode {
    @Override
    public void apply(Command command) {}

    @Override
    public void broadcastWithAck(Command.Broadcast broadcast, Duration timeout, AckSink sink) {
        sink.clients(0);
    }

    @Override
    public List<SocketSnapshot> fetch(String namespace, Selection selection) {
        return List.of();
    }

    @Override
    public void serverSideEmit(Command.ServerSideEmit emit, Consumer<Payload> reply) {}
}
