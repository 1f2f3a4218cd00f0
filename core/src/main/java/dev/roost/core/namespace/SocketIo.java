package dev.roost.core.namespace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Adapter;
import dev.roost.adapter.InMemoryAdapter;
import dev.roost.adapter.LocalNode;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionHandler;
import dev.roost.core.engine.SessionListener;
import dev.roost.core.engine.SessionLoop;
import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.JsonValue;
import dev.roost.core.packet.PacketEncoder;
import dev.roost.core.room.RoomListener;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO server, without a network: namespaces, and what is said to everyone in the main one.
 *
 * <p>An application is handed one and registers what it wants to know of; whoever runs it feeds engine sessions into
 * {@link #sessionHandler} and connects it to other nodes by an adapter.
 *
 * <p>Thread-safe. Spec: socket-io 4, 5 and 11.
 */
public final class SocketIo implements BroadcastOperations {
    private static final System.Logger LOGGER = System.getLogger(SocketIo.class.getName());
    private static final LimitedLog REFUSALS = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final SocketIoOptions options;
    private final PacketEncoder encoder;
    private final LocalNode bridge = new NodeBridge(this);
    private final ConcurrentHashMap<String, Namespace> namespaces = new ConcurrentHashMap<>();
    private final List<NamespacePattern> patterns = new CopyOnWriteArrayList<>();
    private final List<Consumer<Namespace>> namespaceListeners = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<SessionLoop, Handoff> handoffs = new ConcurrentHashMap<>();
    private final Set<NamespaceRouter> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger children = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();

    /** Held while a namespace is made or removed, so that the adapter and the listeners hear of each change in order. */
    private final ReentrantLock namespaceTable = new ReentrantLock();

    private final @Nullable Recovery recovery;
    private volatile NodeDescriptor node;
    private volatile Adapter adapter;
    private final Namespace main;

    /**
     * Makes a server that is alone until it is {@linkplain #join connected to others}.
     *
     * @param node this process as the others will see it
     */
    public SocketIo(SocketIoOptions options, NodeDescriptor node) {
        this.options = options;
        this.encoder = options.parser().encoder();
        this.node = node;
        this.adapter = new InMemoryAdapter(node);
        this.recovery = options.recovery()
                .map(settings -> new Recovery(this, settings, node.id()))
                .orElse(null);
        this.main = new Namespace(this, Namespace.MAIN, null);
        main.open(true);
        namespaces.put(Namespace.MAIN, main);
    }

    // ---- what applications use

    /** The main namespace; the other methods of this class that name none are about it. */
    public Namespace main() {
        return main;
    }

    /**
     * The namespace of that name, made if there is none; a leading slash may be left out.
     *
     * <p>One that is made here stays, even if a pattern accepts it and it inherits from that.
     */
    public Namespace of(String name) {
        String full = name.startsWith("/") ? name : "/" + name;
        Namespace present = namespaces.get(full);
        if (present != null && present.isOpen()) {
            return present;
        }
        NamespacePattern parent = null;
        for (NamespacePattern pattern : patterns) {
            if (pattern.acceptsByName(full)) {
                parent = pattern;
                break;
            }
        }
        return make(full, parent, true);
    }

    /**
     * Has namespaces made when clients ask for them, if the pattern is found in the name.
     *
     * <p>A name that the pattern takes too long for is refused.
     */
    public NamespacePattern of(Pattern pattern) {
        return add(new NamespacePattern(
                this, name -> BoundedText.finds(pattern, name), (name, auth) -> BoundedText.finds(pattern, name)));
    }

    /** Has namespaces made when clients ask for them and the matcher accepts. */
    public NamespacePattern of(NamespaceMatcher matcher) {
        return add(new NamespacePattern(this, null, matcher));
    }

    /**
     * Has a listener told of every namespace made from now on, but for the main one.
     *
     * <p>No client enters it before the listener returns.
     */
    public Registration onNewNamespace(Consumer<Namespace> listener) {
        namespaceListeners.add(listener);
        return () -> namespaceListeners.remove(listener);
    }

    /** Every namespace there is on this node; a snapshot. */
    public Collection<Namespace> namespaces() {
        return List.copyOf(namespaces.values());
    }

    /** Adds a middleware to the main namespace, like {@link Namespace#use}. */
    public Registration use(Middleware middleware) {
        return main.use(middleware);
    }

    /** Has a listener told of every client of the main namespace, like {@link Namespace#onConnection}. */
    public Registration onConnection(Consumer<Socket> listener) {
        return main.onConnection(listener);
    }

    @Override
    public Broadcast broadcast() {
        return main.broadcast();
    }

    /** Runs the handlers of other nodes for the main namespace, like {@link Namespace#serverSideEmit}. */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        main.serverSideEmit(event, arguments);
    }

    /** The same, and waits for an answer of each, like {@link Namespace#serverSideEmitWithAck}. */
    public Replies<JsonValue> serverSideEmitWithAck(String event, @Nullable Object... arguments) {
        return main.serverSideEmitWithAck(event, arguments);
    }

    /** Where other nodes' {@link #serverSideEmit} is listened to. */
    public EventSource serverSide() {
        return main.serverSide();
    }

    /** Connections of this node, those that are in no namespace yet among them. */
    public int connectionCount() {
        return connections.size();
    }

    /** Sockets of this node, in all namespaces. */
    public int socketCount() {
        return namespaces.values().stream().mapToInt(Namespace::socketCount).sum();
    }

    /** The settings. */
    public SocketIoOptions options() {
        return options;
    }

    /** This process as the others see it. */
    public NodeDescriptor node() {
        return node;
    }

    /** All nodes that are known to be alive, this one among them. */
    public Set<NodeDescriptor> nodes() {
        return adapter.nodes();
    }

    // ---- what the server uses

    /** Takes the sessions of an engine. */
    public SessionHandler sessionHandler() {
        return this::opened;
    }

    /** What an adapter is lent. */
    public LocalNode localNode() {
        return bridge;
    }

    /**
     * Connects to other nodes from now on. Called once, before the first session.
     *
     * @param connected has been started; whoever made it closes it
     * @param self this process as it joined
     */
    public void join(Adapter connected, NodeDescriptor self) {
        node = self;
        if (recovery != null) {
            recovery.joined(self.id());
        }
        adapter = connected;
        if (recovery != null) {
            recovery.departure().wake();
        }
        namespaces.keySet().forEach(connected::namespaceOpened);
    }

    /**
     * Disconnects every socket with {@link DisconnectReason#SERVER_SHUTTING_DOWN} and ends every connection, once what
     * was sent before has been written.
     */
    public void close() {
        connections.forEach(connection -> connection.loop().execute(connection::shutDown));
    }

    /**
     * Hands the sessions of clients that may come back to other nodes, or stores them if there is none, and waits until
     * that is done. Once no connection is left; nothing happens without recovery.
     */
    public void handOver() {
        if (recovery != null) {
            recovery.handOver();
        }
    }

    /** Says what is to be known of this node when it is gone. Right before the adapter is closed. */
    public void rest() {
        if (recovery != null) {
            recovery.departure().rest();
        }
    }

    /** Sockets of this node whose disconnect handlers have not all run: none of the application's work is left at 0. */
    public int unfinishedSockets() {
        return unfinished.get();
    }

    // ---- inside

    void socketStarted() {
        unfinished.incrementAndGet();
    }

    void socketFinished() {
        unfinished.decrementAndGet();
    }

    Adapter adapter() {
        return adapter;
    }

    PacketEncoder encoder() {
        return encoder;
    }

    /** How clients come back; null if they do not. */
    @Nullable
    Recovery recovery() {
        return recovery;
    }

    Handoff handoff(SessionLoop loop) {
        return handoffs.computeIfAbsent(loop, Handoff::new);
    }

    RoomListener roomListener(String namespace) {
        return new RoomListener() {
            @Override
            public void roomCreated(String room) {
                EventDispatch.guarded("adapter", () -> adapter.roomCreated(namespace, room));
            }

            @Override
            public void roomDeleted(String room) {
                EventDispatch.guarded("adapter", () -> adapter.roomDeleted(namespace, room));
            }
        };
    }

    private SessionListener opened(EngineSession session) {
        if (recovery != null) {
            recovery.goBy(session.loop());
        }
        NamespaceRouter router = new NamespaceRouter(this, session);
        connections.add(router);
        router.opened();
        return router;
    }

    /** A connection is over. */
    void closed(NamespaceRouter router) {
        connections.remove(router);
    }

    @Nullable
    Namespace find(String name) {
        return namespaces.get(name);
    }

    boolean hasPatterns() {
        return !patterns.isEmpty();
    }

    /** Finds a namespace and keeps it from being removed; null if there is none. */
    @Nullable
    Namespace reserve(String name) {
        Namespace found = namespaces.get(name);
        return found != null && found.reserve() ? found : null;
    }

    /** Makes a namespace if a pattern accepts it, and keeps it from being removed; may block. */
    @Nullable
    Namespace reserveDynamic(String name, JsonValue auth) {
        for (NamespacePattern pattern : patterns) {
            if (pattern.accepts(name, auth)) {
                Namespace present = reserve(name);
                if (present != null) {
                    return present;
                }
                if (children.get() >= options.maxDynamicNamespaces()) {
                    REFUSALS.log("limits.max-dynamic-namespaces is " + options.maxDynamicNamespaces()
                            + ", refused to make " + LimitedLog.safe(name));
                    return null;
                }
                Namespace made = make(name, pattern, false);
                while (!made.reserve()) {
                    // It was removed at this very moment: another takes its place.
                    made = make(name, pattern, false);
                }
                return made;
            }
        }
        return reserve(name);
    }

    Collection<Namespace> childrenOf(NamespacePattern pattern) {
        return namespaces.values().stream()
                .filter(namespace -> namespace.pattern() == pattern)
                .toList();
    }

    /** Removes a namespace made by a pattern, unless somebody is in it; from any thread. */
    void removeIfEmpty(Namespace namespace) {
        if (namespace.closeIfEmpty()) {
            // The adapter may block, and this may be a loop.
            Thread.startVirtualThread(() -> {
                namespaceTable.lock();
                try {
                    forget(namespace);
                } finally {
                    namespaceTable.unlock();
                }
            });
        }
    }

    @GuardedBy("namespaceTable")
    private void forget(Namespace namespace) {
        if (namespaces.remove(namespace.name(), namespace)) {
            children.decrementAndGet();
            NamespaceRecovery log = namespace.recovery();
            if (log != null) {
                log.closed();
            }
            EventDispatch.guarded(namespace, () -> adapter.namespaceClosed(namespace.name()));
        }
    }

    private NamespacePattern add(NamespacePattern pattern) {
        patterns.add(pattern);
        return pattern;
    }

    /** The namespace of that name, made if there is none or the one there is being removed; may block. */
    private Namespace make(String name, @Nullable NamespacePattern parent, boolean keep) {
        namespaceTable.lock();
        try {
            Namespace present = namespaces.get(name);
            if (present != null && !present.isClosed()) {
                // It is not open if a listener that is being told of it asks for it.
                return present;
            }
            if (present != null) {
                forget(present);
            }
            Namespace made = new Namespace(this, name, parent);
            namespaces.put(name, made);
            if (parent != null) {
                children.incrementAndGet();
            }
            adapter.namespaceOpened(name);
            namespaceListeners.forEach(listener -> EventDispatch.guarded(made, () -> listener.accept(made)));
            made.open(keep);
            return made;
        } finally {
            namespaceTable.unlock();
        }
    }
}
