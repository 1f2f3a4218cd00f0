package dev.roost.server;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.server.forward.ClusterView;
import dev.roost.server.forward.Forwarding;
import dev.roost.server.forward.InternalListener;
import dev.roost.server.http.ConnectionRules;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.HttpConnections;
import dev.roost.server.polling.ClientWatch;
import dev.roost.server.polling.PollingConfig;
import dev.roost.server.polling.PollingRequests;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.ReactorGroup;
import dev.roost.server.websocket.UpgradeHeaderCase;
import dev.roost.server.websocket.WebSocketConfig;
import dev.roost.server.websocket.WebSocketUpgrade;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The side of a host that faces the other processes: the listener they come to, and the way to theirs.
 *
 * <p>Does nothing unless a path of the host is part of a cluster. Confined to the thread that builds and starts the
 * server, but for {@link #sweep}.
 */
final class ClusterSide {
    private final SocketIoConfig config;
    private final Forwarding forwarding;
    private final HttpConnections connections;
    private final ClientWatch watch;
    private final List<ClusterView> views = new ArrayList<>();
    private final List<EnginePath> paths = new ArrayList<>();
    private @Nullable InternalListener listener;

    /**
     * Makes the side of a host.
     *
     * @param config of the first server of the host; what concerns the process is taken from there
     */
    ClusterSide(SocketIoConfig config, ReactorGroup loops, HelidonChannels channels, WebSocketConfig webSockets) {
        this.config = config;
        this.forwarding = new Forwarding(
                config.get(Settings.CLUSTER_SECRET),
                config.get(LimitSettings.MAX_FORWARDED),
                channels,
                loops::next,
                config.get(LimitSettings.WRITE_TIMEOUT));
        int more = InternalListener.headAllowance();
        this.connections = new HttpConnections(
                Http1Config.builder()
                        .maxPrologueLength(config.get(LimitSettings.MAX_QUERY_LENGTH) + more)
                        .maxHeadersSize(config.get(LimitSettings.MAX_HEADERS_SIZE) + more),
                new UpgradeHeaderCase(),
                new WebSocketUpgrade(this::endpoint, channels, webSockets, InternalListener.reader()),
                config.get(LimitSettings.HANDSHAKE_TIMEOUT),
                System::nanoTime);
        this.watch = new ConnectionWatch(connections, channels);
    }

    /** Says how clients come; returns what serves their WebSocket handshakes. */
    Http1Upgrader upgrade(Http1Upgrader local, Function<String, @Nullable EnginePath> clientPaths) {
        return forwarding.upgrade(local, raw -> {
            EnginePath path = clientPaths.apply(raw);
            return path == null ? null : path.forwarding();
        });
    }

    /** Says over which connections clients come. */
    void clients(HttpConnections clientConnections, ClientWatch clientWatch) {
        forwarding.of(clientConnections, clientWatch);
    }

    /**
     * Makes a path part of its cluster, here and at the internal listener.
     *
     * @throws IllegalArgumentException if the internal listener must not be opened as it is configured
     */
    Forwarding.Path add(
            SocketIoConfig settings, String path, EngineEndpoint endpoint, PollingConfig polling, ClusterView view) {
        if (listener == null) {
            listener = listener(view.counters());
        }
        views.add(view);
        PollingRequests requests = new PollingRequests(endpoint, watch, polling, InternalListener.reader());
        paths.add(new EnginePath(
                path,
                !settings.get(Settings.ADD_TRAILING_SLASH),
                endpoint,
                requests,
                InternalListener.requests(requests),
                null,
                null));
        Duration heartbeat = settings.get(Settings.PING_INTERVAL).plus(settings.get(Settings.PING_TIMEOUT));
        Duration body = polling.bodyTimeout();
        return forwarding.path(
                view, endpoint.engine().config().maxPayload(), heartbeat.compareTo(body) > 0 ? heartbeat : body);
    }

    private InternalListener listener(Counters counters) {
        return new InternalListener(
                config.get(Settings.CLUSTER_ADDRESS),
                config.get(Settings.CLUSTER_SECRET),
                connections,
                this::lives,
                2 * config.get(Settings.MAX_HTTP_BUFFER_SIZE),
                counters);
    }

    private boolean lives(NodeId node) {
        return views.stream().anyMatch(view -> view.self().equals(node));
    }

    private @Nullable EngineEndpoint endpoint(String rawPath) {
        for (EnginePath path : paths) {
            if (path.matches(rawPath)) {
                return path.endpoint();
            }
        }
        return null;
    }

    /**
     * Opens the internal listener, if there is a cluster; the loops are running.
     *
     * @throws IllegalStateException if its port cannot be bound
     */
    void start() {
        if (listener != null) {
            listener.start(new EngineRoutes(paths, new ConnectionRules(connections), () -> {}, () -> {}));
        }
    }

    /** Where other processes reach this one, {@code host:port}; empty if they do not. */
    String address() {
        return listener == null ? "" : listener.address();
    }

    /** Begins to end what is with other processes in good order. */
    void leave(Runnable pace) {
        forwarding.leave(pace);
    }

    /** Requests and WebSockets that are with other processes at present. */
    int active() {
        return forwarding.activeCount();
    }

    /** Ends what is overdue; called about once a second, on any thread. */
    void sweep(long now) {
        if (listener != null) {
            forwarding.sweep();
            listener.closeOverdue();
            paths.forEach(path -> path.polling().abortOverdue(now));
        }
    }

    /** Closes everything, both ways. */
    void stop() {
        forwarding.close();
        if (listener != null) {
            listener.stop();
        }
    }
}
