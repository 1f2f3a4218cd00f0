package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.EncodedPacket;
import dev.roost.core.packet.JsonBinding;
import dev.roost.core.packet.JsonValue;
import dev.roost.core.packet.PacketEncoder;
import dev.roost.core.recovery.RecoveryState;
import dev.roost.core.room.RoomIndex;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One namespace: its sockets on this node, their rooms, who may enter, and a way to everyone in it on every node.
 *
 * <p>Thread-safe. Spec: socket-io 4 and 8.
 */
public final class Namespace implements BroadcastOperations, Broadcast.Target {
    /** Name of the one that always exists. */
    public static final String MAIN = "/";

    private static final int CLOSED = -1;
    private static final int OPENING = -2;
    private static final System.Logger LOGGER = System.getLogger(Namespace.class.getName());
    private static final LimitedLog FAILURES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final SocketIo io;
    private final String name;
    private final @Nullable NamespacePattern pattern;
    private final RoomEvents roomEvents;
    private final RoomIndex<Socket, SessionLoop> rooms;
    private final Fanout fanout;
    private final @Nullable NamespaceRecovery recovery;
    private final AtomicLong ackIds = new AtomicLong();
    private final List<Middleware> middlewares = new CopyOnWriteArrayList<>();
    private final List<Consumer<Socket>> connectionListeners = new CopyOnWriteArrayList<>();
    private final ServerSideEvents serverSide;

    /** Sockets that are connecting or connected, and the application if it made it; or one of the constants above. */
    private final AtomicInteger occupants = new AtomicInteger(OPENING);

    Namespace(SocketIo io, String name, @Nullable NamespacePattern pattern) {
        SocketIoOptions options = io.options();
        this.io = io;
        this.name = name;
        this.pattern = pattern;
        this.serverSide = new ServerSideEvents(name, options);
        this.roomEvents = new RoomEvents(name, io.roomListener(name));
        this.rooms = new RoomIndex<>(roomEvents, options.maxRoomsPerSocket(), options.maxRoomNameLength());
        this.fanout = new Fanout(this, rooms);
        Recovery shared = io.recovery();
        this.recovery = shared == null ? null : new NamespaceRecovery(shared, this, fanout);
        if (pattern != null) {
            middlewares.addAll(pattern.middlewares());
            connectionListeners.addAll(pattern.connectionListeners());
        }
    }

    // ---- what applications use

    /** Its name, with the leading slash. */
    public String name() {
        return name;
    }

    /** Adds a middleware: each client that wants to enter passes all of them, in order. */
    public Registration use(Middleware middleware) {
        middlewares.add(middleware);
        return () -> middlewares.remove(middleware);
    }

    /**
     * Has a listener told of every client that entered, in the mailbox of its socket: no event comes before it returns.
     */
    public Registration onConnection(Consumer<Socket> listener) {
        connectionListeners.add(listener);
        return () -> connectionListeners.remove(listener);
    }

    /** The connected sockets of this node; a snapshot. */
    public List<Socket> sockets() {
        return rooms.all();
    }

    /** The connected socket of this node with that id. */
    public Optional<Socket> socket(String id) {
        return Optional.ofNullable(rooms.find(id));
    }

    /** Number of connected sockets of this node. */
    public int socketCount() {
        return rooms.size();
    }

    /** Names of the rooms of this node that have members, those named by ids left out; a live view. */
    public Collection<String> roomNames() {
        return rooms.roomNames();
    }

    /**
     * Has a listener told of each room of this node that gets its first member, before {@link #onRoomJoined}.
     *
     * <p>The room named by a socket's id is among them. Listeners of one namespace run one at a time on a virtual thread,
     * in the order of the changes and soon after them: a room may have changed again. They may block, but if a hundred
     * thousand changes wait, further ones are not told and logged instead. What happens on other nodes is told there.
     */
    public Registration onRoomCreated(Consumer<String> listener) {
        return roomEvents.onCreated(listener);
    }

    /** Has a listener told of each room whose last member of this node left it, after {@link #onRoomLeft}. */
    public Registration onRoomDeleted(Consumer<String> listener) {
        return roomEvents.onDeleted(listener);
    }

    /** Has a listener told of each socket of this node that joined a room: the room's name, and the socket's id. */
    public Registration onRoomJoined(BiConsumer<String, String> listener) {
        return roomEvents.onJoined(listener);
    }

    /** Has a listener told of each socket of this node that left a room, be it since it is gone: name and id. */
    public Registration onRoomLeft(BiConsumer<String, String> listener) {
        return roomEvents.onLeft(listener);
    }

    @Override
    public Broadcast broadcast() {
        return Broadcast.to(this);
    }

    /** Where other nodes' {@link #serverSideEmit} is listened to; the handlers of one namespace run one at a time. */
    public EventSource serverSide() {
        return serverSide;
    }

    /**
     * Runs the {@link #serverSide} handlers of every other node.
     *
     * @throws IllegalArgumentException if the name is reserved
     */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        tellOthers(new Command.ServerSideEmit(name, encodeServerSide(event, arguments)));
    }

    /** Like {@link #serverSideEmit}, and waits for one answer of each other node, 5 seconds unless configured. */
    public Replies<JsonValue> serverSideEmitWithAck(String event, @Nullable Object... arguments) {
        return Futures.await(serverSideEmitWithAckAsync(event, arguments), "other nodes");
    }

    /** Like {@link #serverSideEmitWithAck}, without waiting. */
    public CompletionStage<Replies<JsonValue>> serverSideEmitWithAckAsync(String event, @Nullable Object... arguments) {
        Command.ServerSideEmit emit = new Command.ServerSideEmit(name, encodeServerSide(event, arguments));
        return io.adapter()
                .serverSideEmitWithAck(emit, options().requestTimeout())
                .thenApply(gathered -> new Replies<>(
                        gathered.values().stream()
                                .map(value -> JsonValue.of(value, binding()))
                                .toList(),
                        gathered.missing(),
                        gathered.complete()));
    }

    /** Shows the name. */
    @Override
    public String toString() {
        return "Namespace[" + name + "]";
    }

    // ---- entering and leaving

    /**
     * Lets clients in from now on.
     *
     * @param keep whether it stays when the last of them has left
     */
    void open(boolean keep) {
        occupants.set(keep ? 1 : 0);
    }

    /** True once everybody who wants to know of it has been told, until it is removed. */
    boolean isOpen() {
        return occupants.get() >= 0;
    }

    /** True if it is being removed. */
    boolean isClosed() {
        return occupants.get() == CLOSED;
    }

    /** Notes that a client wants in; false if the namespace is not open. */
    boolean reserve() {
        return occupants.updateAndGet(count -> count < 0 ? count : count + 1) >= 0;
    }

    /** Notes that a client did not come in, or left. */
    void release() {
        if (occupants.decrementAndGet() == 0 && pattern != null && options().cleanupEmptyChildNamespaces()) {
            io.removeIfEmpty(this);
        }
    }

    /** Closes it if nobody is in it. */
    boolean closeIfEmpty() {
        return occupants.compareAndSet(0, CLOSED);
    }

    List<Middleware> middlewares() {
        return List.copyOf(middlewares);
    }

    @Nullable
    NamespacePattern pattern() {
        return pattern;
    }

    String newSocketId(EngineSession session) {
        if (session.revision() == 3) {
            return name.equals(MAIN) ? session.id() : name + "#" + session.id();
        }
        return SessionIds.publicId();
    }

    EncodedPacket connectReply(Socket socket, int revision) {
        if (revision == 3) {
            return encoder().connect(name, null);
        }
        Map<String, String> reply = new LinkedHashMap<>();
        reply.put("sid", socket.id());
        RecoveryState state = socket.recoverable();
        if (state != null) {
            reply.put("pid", state.pid());
        }
        return encoder().connect(name, binding().inline(reply));
    }

    /** How clients come back; null if they do not. */
    @Nullable
    NamespaceRecovery recovery() {
        return recovery;
    }

    void enter(Socket socket) {
        rooms.enter(socket.recipient());
    }

    Set<String> leave(Socket socket) {
        Set<String> left = rooms.leaveAll(socket.recipient());
        release();
        return left;
    }

    /** Tells the listeners of a new socket, in its mailbox. */
    void connected(Socket socket) {
        for (Consumer<Socket> listener : connectionListeners) {
            EventDispatch.guarded(socket, () -> listener.accept(socket));
        }
        socket.handshake().seen();
    }

    // ---- sending

    @Override
    public Collection<Namespace> namespaces() {
        return List.of(this);
    }

    @Override
    public SocketIoOptions options() {
        return io.options();
    }

    JsonBinding binding() {
        return io.options().binding();
    }

    PacketEncoder encoder() {
        return io.encoder();
    }

    RoomIndex<Socket, SessionLoop> rooms() {
        return rooms;
    }

    long nextAckId() {
        return ackIds.getAndIncrement();
    }

    Payload encode(String event, @Nullable Object... arguments) {
        ReservedEvents.checkEmit(event);
        Payload payload = binding().event(event, arguments);
        checkAttachments(payload);
        return payload;
    }

    private Payload encodeServerSide(String event, @Nullable Object... arguments) {
        ReservedEvents.checkServerSide(event);
        return binding().event(event, arguments);
    }

    void checkAttachments(Payload payload) {
        int max = options().packetLimits().maxAttachments();
        if (payload.attachments().size() > max) {
            throw new IllegalArgumentException("a packet may have " + max
                    + " attachments (limits.max-attachments), this one has "
                    + payload.attachments().size());
        }
    }

    /** Sends an event to the sockets that are meant: this node's, then those of the others. */
    void emit(Selection selection, Payload event) {
        if (recovery != null) {
            recovery.emit(selection, event);
        } else {
            fanout.deliver(selection, event);
            tellOthers(new Command.Broadcast(name, selection, event));
        }
    }

    /** Delivers an event to the sockets of this node that are meant. */
    private void deliver(Selection selection, Payload event) {
        if (recovery == null) {
            fanout.deliver(selection, event);
        } else {
            recovery.deliver(selection, event);
        }
    }

    /**
     * Delivers an event to the sockets of this node that are meant, and reports what their clients answer.
     *
     * @param blocking whether a thread waits for the answers
     */
    void deliverWithAck(
            Selection selection, Payload event, Duration timeout, boolean blocking, LocalNode.AckSink sink) {
        fanout.deliverWithAck(selection, event, timeout, blocking, sink);
    }

    // ---- the other nodes

    void tellOthers(Command command) {
        if (!isLocal(command)) {
            io.adapter().send(command);
        }
    }

    CompletionStage<Gathered<Payload>> askOthers(
            Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
        return io.adapter().broadcastWithAck(broadcast, timeout, onAck);
    }

    /** Does to this node's sockets what every node does to its own. */
    void apply(Command command) {
        switch (command) {
            case Command.Broadcast m -> deliver(m.selection(), m.arguments());
            case Command.Join m -> connected(m.selection()).forEach(socket -> join(socket, m.rooms()));
            case Command.Leave m ->
                connected(m.selection()).forEach(socket -> m.rooms().forEach(socket::leave));
            case Command.Disconnect m -> {
                List<Socket> meant = connected(m.selection()).toList();
                if (recovery != null) {
                    // Who was not found just now may be gone, and must not come back.
                    recovery.forget(m.selection());
                }
                meant.forEach(socket -> socket.disconnect(m.close()));
            }
            case Command.ServerSideEmit m -> serverSide.received(m.arguments(), Optional.empty());
        }
    }

    /** The sockets of this node that are meant, without those still in their middlewares. */
    private Stream<Socket> connected(Selection selection) {
        return rooms.resolve(selection).list().stream().filter(Socket::connected);
    }

    private static void join(Socket socket, Set<String> names) {
        try {
            socket.join(names);
        } catch (IllegalArgumentException | IllegalStateException limit) {
            // One socket's limit is no reason to leave the others out.
            FAILURES.log("socketsJoin left " + socket + " out: " + LimitedLog.safe(limit.getMessage()));
        }
    }

    void serverSideAsked(Payload arguments, Consumer<Payload> reply) {
        serverSide.received(arguments, Optional.of(reply));
    }

    List<SocketSnapshot> snapshots(Selection selection) {
        NodeId node = io.node().id();
        return connected(selection).map(socket -> Snapshots.of(socket, node)).toList();
    }

    CompletionStage<Replies<RemoteSocket>> fetch(Selection selection, Duration timeout) {
        List<SocketSnapshot> here = snapshots(selection);
        CompletionStage<Gathered<SocketSnapshot>> there = selection.flags().local()
                ? CompletableFuture.completedStage(Gathered.nothingAsked())
                : io.adapter().fetch(name, selection, timeout);
        return there.thenApply(gathered -> {
            List<RemoteSocket> sockets = Stream.concat(here.stream(), gathered.values().stream())
                    .map(snapshot -> new RemoteSocket(snapshot, broadcast().to(snapshot.id()), binding()))
                    .toList();
            return new Replies<>(sockets, gathered.missing(), gathered.complete());
        });
    }

    private static boolean isLocal(Command command) {
        return switch (command) {
            case Command.Broadcast m -> m.selection().flags().local();
            case Command.Join m -> m.selection().flags().local();
            case Command.Leave m -> m.selection().flags().local();
            case Command.Disconnect m -> m.selection().flags().local();
            case Command.ServerSideEmit m -> false;
        };
    }
}
