package dev.roost.adapter.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roost.adapter.Command;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A node without sockets that writes down what is asked of it. Thread-safe: guarded by its own lock.
 *
 * <p>What it answers is set by the test: {@link #onBroadcastWithAck}, {@link #sockets}, {@link #onServerSideEmit}.
 */
public final class RecordingNode implements LocalNode {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Command> commands = new ArrayList<>();
    private final List<Command.Broadcast> ackBroadcasts = new ArrayList<>();
    private final List<Command.ServerSideEmit> serverSideRequests = new ArrayList<>();
    private final List<Optional<NodeId>> gaps = new ArrayList<>();
    private final List<Selection> fetches = new ArrayList<>();
    private volatile Consumer<Command> onApply;
    private volatile BiConsumer<Command.Broadcast, AckSink> onBroadcastWithAck;
    private volatile BiConsumer<Command.ServerSideEmit, Consumer<Payload>> onServerSideEmit;
    private volatile BiPredicate<String, String> onOccupied;
    private volatile @Nullable List<SocketSnapshot> sockets;

    /** A node that records and answers nothing. */
    public RecordingNode() {
        reset();
    }

    /** Has something done with each command after it was recorded. */
    public void onApply(Consumer<Command> action) {
        onApply = action;
    }

    /** Sets what this node's clients do with an event that wants acks. */
    public void onBroadcastWithAck(BiConsumer<Command.Broadcast, AckSink> action) {
        onBroadcastWithAck = action;
    }

    /** Sets what this node's listeners answer. */
    public void onServerSideEmit(BiConsumer<Command.ServerSideEmit, Consumer<Payload>> action) {
        onServerSideEmit = action;
    }

    /** Sets which rooms have members here, by namespace and name; without it all have. */
    public void onOccupied(BiPredicate<String, String> rooms) {
        onOccupied = rooms;
    }

    /** Sets the sockets this node tells of; null has it fail. */
    public void sockets(@Nullable List<SocketSnapshot> value) {
        sockets = value;
    }

    @Override
    public void apply(Command command) {
        record(commands, command);
        onApply.accept(command);
    }

    @Override
    public void broadcastWithAck(Command.Broadcast broadcast, Duration timeout, AckSink sink) {
        record(ackBroadcasts, broadcast);
        onBroadcastWithAck.accept(broadcast, sink);
    }

    @Override
    public List<SocketSnapshot> fetch(String namespace, Selection selection) {
        record(fetches, selection);
        List<SocketSnapshot> answer = sockets;
        if (answer == null) {
            throw new IllegalStateException("this node was told to fail");
        }
        return answer;
    }

    @Override
    public void serverSideEmit(Command.ServerSideEmit emit, Consumer<Payload> reply) {
        record(serverSideRequests, emit);
        onServerSideEmit.accept(emit, reply);
    }

    @Override
    public boolean occupied(String namespace, String room) {
        return onOccupied.test(namespace, room);
    }

    @Override
    public void gap(Optional<NodeId> origin) {
        record(gaps, origin);
    }

    /** Returns the commands so far, in order. */
    public List<Command> commands() {
        return copy(commands);
    }

    /** Returns the events that wanted acks so far. */
    public List<Command.Broadcast> ackBroadcasts() {
        return copy(ackBroadcasts);
    }

    /** Returns the server-side emits that wanted an answer so far. */
    public List<Command.ServerSideEmit> serverSideRequests() {
        return copy(serverSideRequests);
    }

    /** Returns whose messages were reported as lost so far. */
    public List<Optional<NodeId>> gaps() {
        return copy(gaps);
    }

    /** Returns the selections of the questions for sockets so far. */
    public List<Selection> fetches() {
        return copy(fetches);
    }

    /** Waits until so many commands have come and returns them; fails after the time. */
    public List<Command> awaitCommands(int count, Duration time) {
        return await(commands, list -> list.size() >= count, time, count + " commands");
    }

    /** Waits until a command has come; fails after the time. */
    public void awaitCommand(Predicate<Command> wanted, Duration time) {
        await(commands, list -> list.stream().anyMatch(wanted), time, "a certain command");
    }

    /** Waits until so many events that want acks have come. */
    public List<Command.Broadcast> awaitAckBroadcasts(int count, Duration time) {
        return await(ackBroadcasts, list -> list.size() >= count, time, count + " events that want acks");
    }

    /** Waits until so many server-side emits that want an answer have come. */
    public List<Command.ServerSideEmit> awaitServerSideRequests(int count, Duration time) {
        return await(serverSideRequests, list -> list.size() >= count, time, count + " server-side requests");
    }

    /** Waits until so many losses were reported. */
    public List<Optional<NodeId>> awaitGaps(int count, Duration time) {
        return await(gaps, list -> list.size() >= count, time, count + " gaps");
    }

    /** Forgets what was recorded, and what to do. */
    public void reset() {
        onApply = command -> {};
        onBroadcastWithAck = (broadcast, sink) -> sink.clients(0);
        onServerSideEmit = (emit, reply) -> {};
        onOccupied = (namespace, room) -> true;
        sockets = List.of();
        clear();
    }

    /** Forgets what was recorded. */
    public void clear() {
        lock.lock();
        try {
            commands.clear();
            ackBroadcasts.clear();
            serverSideRequests.clear();
            gaps.clear();
            fetches.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the JSON of the arguments of each broadcast so far. */
    public List<String> events() {
        return commands().stream()
                .filter(Command.Broadcast.class::isInstance)
                .map(command ->
                        new String(((Command.Broadcast) command).arguments().json(), StandardCharsets.UTF_8))
                .toList();
    }

    private <T> void record(List<T> list, T entry) {
        lock.lock();
        try {
            list.add(entry);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private <T> List<T> copy(List<T> list) {
        lock.lock();
        try {
            return List.copyOf(list);
        } finally {
            lock.unlock();
        }
    }

    private <T> List<T> await(List<T> list, Predicate<List<T>> wanted, Duration time, String what) {
        long left = time.toNanos();
        lock.lock();
        try {
            while (!wanted.test(list) && left > 0) {
                left = changed.awaitNanos(left);
            }
            assertThat(wanted.test(list))
                    .as("%s within %s; there are %d: %s", what, time, list.size(), summary(list))
                    .isTrue();
            return List.copyOf(list);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    private static String summary(List<?> list) {
        return list.subList(Math.max(0, list.size() - 5), list.size()).toString();
    }
}
