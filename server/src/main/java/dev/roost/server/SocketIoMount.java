package dev.roost.server;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.Counters;
import dev.roost.adapter.InMemoryAdapterFactory;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.NodeIdTakenException;
import dev.roost.adapter.Scheduler;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.Engine;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.SessionHandler;
import dev.roost.core.engine.SessionIds;
import dev.roost.core.namespace.SocketIo;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.core.namespace.SocketIoOptions;
import dev.roost.server.forward.ClusterView;
import dev.roost.server.http.Admission;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.observe.ObservedServer;
import dev.roost.server.observe.SocketIoMetrics;
import java.lang.System.Logger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One Socket.IO server under one path: its applications, its engine, its place in the cluster.
 *
 * <p>It joins before the listener accepts anybody, so that no event of its first client is lost on the others, and it
 * leaves after its last client is gone.
 *
 * <p>Thread-safe: volatile references, written by the thread that starts and stops the server.
 */
final class SocketIoMount implements ObservedServer {
    private static final Logger LOG = System.getLogger(SocketIoMount.class.getName());
    private static final int ID_ATTEMPTS = 16;
    private static final long HANDLERS_NANOS = 2_000_000_000;
    private static final long PAUSE_NANOS = 5_000_000;

    private final SocketIoConfig config;
    private final List<SocketIoApplication> applications;
    private final EngineHooks hooks;
    private final AdapterFactory adapters;
    private final SocketIoMetrics metrics = new SocketIoMetrics();
    private final Admission admission;
    private final SessionIds ids = new SessionIds(NodeId.random());
    private final SocketIo io;
    private final Engine engine;
    private volatile @Nullable Adapter adapter;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean draining;
    private volatile Set<NodeDescriptor> others = Set.of();

    SocketIoMount(
            SocketIoConfig config,
            List<SocketIoApplication> applications,
            EngineHooks hooks,
            Consumer<SocketIoOptions.Builder> options,
            AdapterFactory adapters) {
        this.config = config;
        this.applications = List.copyOf(applications);
        this.hooks = hooks;
        this.adapters = adapters;
        this.admission = OpenFiles.admission(config);
        this.io = new SocketIo(config.socketIoOptions(options), describe(0, ""));
        SessionHandler handler = io.sessionHandler();
        SessionHandler counting = session -> {
            metrics.sessionOpened();
            return handler.opened(session);
        };
        this.engine = new Engine(config.engineConfig(), ids, counting, metrics);
    }

    private NodeDescriptor describe(long epoch, String address) {
        return new NodeDescriptor(ids.node(), epoch, address, Version.text());
    }

    /** Has a listener serve it. */
    void addTo(EngineHost host) {
        host.add(
                config,
                engine,
                hooks,
                admission,
                () -> start(host.loops().loops().get(0), host.internalAddress()),
                adapters instanceof InMemoryAdapterFactory ? null : new View());
    }

    /**
     * Configures the applications and joins the cluster.
     *
     * @throws IllegalArgumentException for a setting of the adapter
     * @throws dev.roost.adapter.AdapterException if the cluster cannot be joined
     */
    private void start(Scheduler scheduler, String address) {
        try {
            join(scheduler, address);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private void join(Scheduler scheduler, String address) {
        if (config.get(Settings.CORS_ORIGIN_CHECK) == Settings.OriginCheck.OFF) {
            LOG.log(
                    Logger.Level.WARNING,
                    "socketio.cors.origin-check is off: any page may talk to " + path()
                            + " with the cookies of whoever looks at it");
        }
        applications.forEach(application -> application.configure(io));
        for (int attempt = 1; !joined(scheduler, address, attempt == ID_ATTEMPTS); attempt++) {
            NodeId taken = ids.node();
            ids.redrawn(NodeId.random());
            LOG.log(Logger.Level.INFO, "node id " + taken + " is taken, now " + ids.node());
        }
    }

    private boolean joined(Scheduler scheduler, String address, boolean last) {
        NodeDescriptor self = describe(System.currentTimeMillis(), address);
        String secret = config.get(Settings.CLUSTER_SECRET);
        Adapter joining = adapters.create(new AdapterContext(
                config.adapterValues().getOrDefault(adapters.name(), Map.of()),
                self,
                io.localNode(),
                scheduler,
                metrics,
                secret.isEmpty() ? Optional.empty() : Optional.of(secret)));
        boolean complete = false;
        try {
            joining.start();
            complete = true;
        } catch (NodeIdTakenException e) {
            if (last) {
                throw e;
            }
            return false;
        } finally {
            if (!complete) {
                joining.close();
            }
        }
        io.join(joining, self);
        adapter = joining;
        return true;
    }

    /** Why the start failed, or null: Helidon only logs it. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** This process as the others of the cluster see it. */
    NodeId nodeId() {
        return ids.node();
    }

    /** Name of the adapter. */
    String adapterName() {
        return adapters.name();
    }

    @Override
    public String path() {
        return config.get(Settings.PATH);
    }

    @Override
    public SocketIoMetrics metrics() {
        return metrics;
    }

    @Override
    public Collection<EngineSession> sessions() {
        return engine.sessions();
    }

    @Override
    public int sockets() {
        return io.socketCount();
    }

    @Override
    public int nodes() {
        Adapter present = adapter;
        return present == null ? 0 : present.nodes().size();
    }

    @Override
    public boolean ready() {
        return adapter != null && !draining;
    }

    /** Lets nobody in any more; readiness is down from now on. */
    void refuse() {
        draining = true;
        admission.close();
    }

    /** Has every client told that the server is shutting down. */
    void closeSessions(Pace pace) {
        for (EngineSession session : engine.sessions()) {
            session.close(CloseReason.SERVER_SHUTTING_DOWN);
            pace.one();
        }
    }

    /** True while clients are there. */
    boolean hasSessions() {
        return engine.sessionCount() > 0;
    }

    /** Ends what is left and leaves the cluster. */
    void leave() {
        io.close();
        engine.close();
        awaitHandlers();
        io.handOver();
        Adapter joined = adapter;
        if (joined != null) {
            // Whoever comes before the port is closed is passed on to one of them.
            others = joined.nodes();
            adapter = null;
            io.rest();
            joined.close();
        }
    }

    /** Handlers of the last disconnects may have something to tell the other nodes. */
    private void awaitHandlers() {
        long deadline = System.nanoTime() + HANDLERS_NANOS;
        while (io.unfinishedSockets() > 0
                && deadline - System.nanoTime() > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What forwarding sees. */
    private final class View implements ClusterView {
        @Override
        public NodeId self() {
            return ids.node();
        }

        @Override
        public Set<NodeDescriptor> nodes() {
            Adapter present = adapter;
            return present == null ? others : present.nodes();
        }

        @Override
        public Counters counters() {
            return metrics;
        }
    }
}
