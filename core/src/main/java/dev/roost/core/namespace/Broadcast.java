package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.ArgumentException;
import dev.roost.core.packet.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Who is meant, and how they are told. Immutable: each operator returns another broadcast.
 *
 * <p>This node's sockets are served first and whatever the state of the cluster; then the other nodes are told.
 *
 * <p>Spec: socket-io 8.
 */
public final class Broadcast implements BroadcastOperations {
    private static final LimitedLog MISFITS =
            new LimitedLog(System.getLogger(Broadcast.class.getName()), System.Logger.Level.DEBUG);

    private final Target target;
    private final Set<String> rooms;
    private final Set<String> except;
    private final Selection.Flags flags;
    private final @Nullable Duration timeout;

    private Broadcast(
            Target target, Set<String> rooms, Set<String> except, Selection.Flags flags, @Nullable Duration timeout) {
        this.target = target;
        this.rooms = rooms;
        this.except = except;
        this.flags = flags;
        this.timeout = timeout;
    }

    /** Everyone in one namespace, or in several. */
    static Broadcast to(Target target) {
        return new Broadcast(target, Set.of(), Set.of(), Selection.Flags.NONE, null);
    }

    @Override
    public Broadcast broadcast() {
        return this;
    }

    @Override
    public Broadcast to(String... more) {
        return to(Arrays.asList(more));
    }

    @Override
    public Broadcast to(Collection<String> more) {
        return new Broadcast(target, union(rooms, more), except, flags, timeout);
    }

    @Override
    public Broadcast in(String... more) {
        return to(more);
    }

    @Override
    public Broadcast except(String... more) {
        return except(Arrays.asList(more));
    }

    @Override
    public Broadcast except(Collection<String> more) {
        return new Broadcast(target, rooms, union(except, more), flags, timeout);
    }

    @Override
    public Broadcast local() {
        return with(new Selection.Flags(flags.isVolatile(), flags.compress(), true));
    }

    @Override
    public Broadcast asVolatile() {
        return with(new Selection.Flags(true, flags.compress(), flags.local()));
    }

    @Override
    public Broadcast compress(boolean compress) {
        return with(new Selection.Flags(flags.isVolatile(), compress, flags.local()));
    }

    @Override
    public Broadcast timeout(Duration value) {
        return new Broadcast(target, rooms, except, flags, Timeouts.checked(value));
    }

    @Override
    public void emit(String event, @Nullable Object... arguments) {
        ReservedEvents.checkEmit(event);
        Selection selection = selection();
        Payload payload = null;
        for (Namespace namespace : target.namespaces()) {
            if (payload == null) {
                payload = namespace.encode(event, arguments);
            }
            namespace.emit(selection, payload);
        }
    }

    @Override
    public <T> Replies<T> emitWithAck(Class<T> type, String event, @Nullable Object... arguments) {
        Replies<JsonValue> replies = ask(true, event, arguments).await();
        List<T> fitting = new ArrayList<>();
        for (JsonValue value : replies) {
            try {
                fitting.add(value.as(type));
            } catch (ArgumentException misfit) {
                // One client that answers nonsense must not cost the answers of all others.
                MISFITS.log(
                        "an acknowledgement of " + LimitedLog.safe(event) + " was left out: " + misfit.getMessage());
            }
        }
        return new Replies<>(fitting, replies.missing(), replies.complete() && fitting.size() == replies.size());
    }

    @Override
    public CompletionStage<Replies<JsonValue>> emitWithAckAsync(String event, @Nullable Object... arguments) {
        return ask(false, event, arguments).stage();
    }

    private BroadcastAcks ask(boolean blocking, String event, @Nullable Object... arguments) {
        ReservedEvents.checkEmit(event);
        Selection selection = selection();
        List<Namespace> namespaces = List.copyOf(target.namespaces());
        Duration limit = timeout == null ? target.options().ackTimeout() : timeout;
        BroadcastAcks acks = new BroadcastAcks(
                namespaces.size(), flags.local(), blocking, target.options().binding());
        for (Namespace namespace : namespaces) {
            Payload payload = namespace.encode(event, arguments);
            namespace.deliverWithAck(selection, payload, limit, blocking, acks.local());
            if (!flags.local()) {
                acks.remote(namespace.askOthers(
                        new Command.Broadcast(namespace.name(), selection, payload), limit, acks::answered));
            }
        }
        return acks;
    }

    @Override
    public Replies<RemoteSocket> fetchSockets() {
        return Futures.await(fetchSocketsAsync(), "other nodes");
    }

    @Override
    public CompletionStage<Replies<RemoteSocket>> fetchSocketsAsync() {
        Selection selection = selection();
        Duration limit = timeout == null ? target.options().requestTimeout() : timeout;
        List<CompletionStage<Replies<RemoteSocket>>> parts = new ArrayList<>();
        for (Namespace namespace : target.namespaces()) {
            parts.add(namespace.fetch(selection, limit));
        }
        return Futures.all(parts);
    }

    @Override
    public void socketsJoin(String... joined) {
        Set<String> names = Set.copyOf(Arrays.asList(joined));
        everywhere((namespace, selection) -> new Command.Join(namespace.name(), selection, names));
    }

    @Override
    public void socketsLeave(String... left) {
        Set<String> names = Set.copyOf(Arrays.asList(left));
        everywhere((namespace, selection) -> new Command.Leave(namespace.name(), selection, names));
    }

    @Override
    public void disconnectSockets(boolean close) {
        everywhere((namespace, selection) -> new Command.Disconnect(namespace.name(), selection, close));
    }

    private void everywhere(CommandMaker maker) {
        Selection selection = selection();
        for (Namespace namespace : target.namespaces()) {
            Command command = maker.make(namespace, selection);
            namespace.apply(command);
            namespace.tellOthers(command);
        }
    }

    private Selection selection() {
        return new Selection(rooms, except, flags);
    }

    private Broadcast with(Selection.Flags changed) {
        return new Broadcast(target, rooms, except, changed, timeout);
    }

    private static Set<String> union(Set<String> some, Collection<String> more) {
        if (some.isEmpty()) {
            return Set.copyOf(more);
        }
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

    /** Which namespaces are meant. */
    interface Target {
        /** One, or the children of a pattern. */
        Collection<Namespace> namespaces();

        /** The settings. */
        SocketIoOptions options();
    }

    @FunctionalInterface
    private interface CommandMaker {
        Command make(Namespace namespace, Selection selection);
    }
}
