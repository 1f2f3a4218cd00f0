package dev.roost.core.namespace;

import dev.roost.core.log.LimitedLog;
import dev.roost.core.packet.JsonValue;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parent of namespaces that come to be when a client asks for one.
 *
 * <p>A child begins with the middlewares and listeners registered here at that moment; later ones do not reach it.
 * Broadcasts go to all children of this node, and through them to those of the others.
 *
 * <p>Thread-safe. Spec: socket-io 5, features N05 to N11.
 */
public final class NamespacePattern implements BroadcastOperations, Broadcast.Target {
    private static final System.Logger LOGGER = System.getLogger(NamespacePattern.class.getName());
    private static final LimitedLog FAILURES = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final SocketIo io;
    private final @Nullable Predicate<String> names;
    private final NamespaceMatcher matcher;
    private final List<Middleware> middlewares = new CopyOnWriteArrayList<>();
    private final List<Consumer<Socket>> connectionListeners = new CopyOnWriteArrayList<>();

    /**
     * Makes a pattern.
     *
     * @param names decides by the name alone, or null if only the matcher can tell
     */
    NamespacePattern(SocketIo io, @Nullable Predicate<String> names, NamespaceMatcher matcher) {
        this.io = io;
        this.names = names;
        this.matcher = matcher;
    }

    /** Adds a middleware to namespaces made from now on. */
    public Registration use(Middleware middleware) {
        middlewares.add(middleware);
        return () -> middlewares.remove(middleware);
    }

    /** Has a listener told of every client that entered a namespace made from now on. */
    public Registration onConnection(Consumer<Socket> listener) {
        connectionListeners.add(listener);
        return () -> connectionListeners.remove(listener);
    }

    /** The namespaces made so far, on this node; a snapshot. */
    public Collection<Namespace> children() {
        return io.childrenOf(this);
    }

    @Override
    public Broadcast broadcast() {
        return Broadcast.to(this);
    }

    @Override
    public Collection<Namespace> namespaces() {
        return children();
    }

    @Override
    public SocketIoOptions options() {
        return io.options();
    }

    /** True if the application itself may make that namespace a child. */
    boolean acceptsByName(String name) {
        return names != null && names.test(name);
    }

    /** Asks whether a client may have that namespace made. */
    boolean accepts(String name, JsonValue auth) {
        try {
            return matcher.accepts(name, auth);
        } catch (Exception | StackOverflowError e) {
            FAILURES.log("a matcher of namespaces failed for " + LimitedLog.safe(name), e);
            return false;
        }
    }

    List<Middleware> middlewares() {
        return middlewares;
    }

    List<Consumer<Socket>> connectionListeners() {
        return connectionListeners;
    }
}
