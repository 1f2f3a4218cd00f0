package dev.roost.server;

import dev.roost.core.engine.Engine;
import dev.roost.server.forward.ClusterView;
import dev.roost.server.forward.Forwarding;
import dev.roost.server.http.Admission;
import dev.roost.server.http.ClientFiles;
import dev.roost.server.http.ConnectionRules;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.http.HttpConnections;
import dev.roost.server.http.RequestReader;
import dev.roost.server.polling.ClientWatch;
import dev.roost.server.polling.PollingConfig;
import dev.roost.server.polling.PollingRequests;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.ReactorGroup;
import dev.roost.server.websocket.UpgradeHeaderCase;
import dev.roost.server.websocket.WebSocketConfig;
import dev.roost.server.websocket.WebSocketUpgrade;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionProvider;
import io.helidon.webserver.spi.ServerConnectionSelectorProvider;
import io.helidon.webserver.spi.ServerFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one Helidon listener and what they share: loops, connections, the WebSocket handshake.
 *
 * <p>Confined to the thread that builds the server until it starts; immutable from then on.
 */
final class EngineHost {
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration LOOPS_PATIENCE = Duration.ofSeconds(1);

    /** The second is part of an artifact that is the user's choice, like the services below, of which gRPC is one. */
    private static final Set<String> HTTP_PROVIDERS =
            Set.of(Http1ConnectionProvider.class.getName(), "io.helidon.webserver.http2.Http2ConnectionProvider");

    private static final String HTTP2_SUB_PROTOCOLS =
            "META-INF/services/io.helidon.webserver.http2.spi.Http2SubProtocolProvider";

    private final SocketIoConfig config;
    private final ReactorGroup loops;
    private final HttpConnections connections;
    private final ClientWatch watch;
    private final ClusterSide cluster;
    private final List<EnginePath> paths = new ArrayList<>();
    private final List<Runnable> starts = new ArrayList<>();
    private volatile boolean running;

    /**
     * Makes a host without engines.
     *
     * @param config its limits of connections and WebSockets hold for all paths
     */
    EngineHost(SocketIoConfig config, HelidonChannels channels) {
        this.config = config;
        int reactors = config.get(Settings.REACTORS);
        this.loops = new ReactorGroup(reactors == 0 ? ReactorGroup.defaultSize() : reactors);
        WebSocketConfig webSockets = webSockets(config);
        this.cluster = new ClusterSide(config, loops, channels, webSockets);
        WebSocketUpgrade upgrade = new WebSocketUpgrade(this::endpoint, channels, webSockets, RequestReader.DIRECT);
        Http1Config.Builder http = Http1Config.builder()
                .maxPrologueLength(config.get(LimitSettings.MAX_QUERY_LENGTH))
                .maxHeadersSize(config.get(LimitSettings.MAX_HEADERS_SIZE));
        this.connections = new HttpConnections(
                http,
                new UpgradeHeaderCase(),
                cluster.upgrade(upgrade, this::path),
                config.get(LimitSettings.HANDSHAKE_TIMEOUT),
                System::nanoTime);
        this.watch = new ConnectionWatch(connections, channels);
        cluster.clients(connections, watch);
    }

    private static WebSocketConfig webSockets(SocketIoConfig config) {
        WebSocketConfig.Compression compression = config.get(Settings.PER_MESSAGE_DEFLATE_ENABLED)
                ? new WebSocketConfig.Compression(
                        Math.toIntExact(config.get(Settings.PER_MESSAGE_DEFLATE_THRESHOLD)),
                        config.get(Settings.PER_MESSAGE_DEFLATE_LEVEL))
                : null;
        return new WebSocketConfig(
                Math.toIntExact(config.get(Settings.MAX_HTTP_BUFFER_SIZE)),
                config.get(LimitSettings.MAX_MESSAGE_TIME),
                config.get(LimitSettings.WRITE_TIMEOUT),
                WebSocketConfig.DEFAULT_CLOSE_TIMEOUT,
                compression);
    }

    /** The loops of all sessions. */
    ReactorGroup loops() {
        return loops;
    }

    /** Connections of clients that speak HTTP at present. */
    int httpConnections() {
        return connections.count();
    }

    /** Requests and WebSockets of clients that are with other processes at present. */
    int forwarded() {
        return cluster.active();
    }

    /**
     * Begins to end in good order what clients have with other processes.
     *
     * @param pace called after each that was told
     */
    void leave(Runnable pace) {
        cluster.leave(pace);
    }

    /** Where other processes reach this one once it has started, {@code host:port}; empty if they do not. */
    String internalAddress() {
        return cluster.address();
    }

    /** As the method below, for an engine all whose sessions live here. */
    EngineEndpoint add(SocketIoConfig settings, Engine engine, EngineHooks hooks, Admission admission, Runnable start) {
        return add(settings, engine, hooks, admission, start, null);
    }

    /**
     * Serves an engine under the path of its configuration.
     *
     * @param start called before the server listens, the loops running and the internal listener open
     * @param view the cluster its sessions are spread over, or null
     * @throws IllegalArgumentException if the internal listener must not be opened as it is configured
     */
    EngineEndpoint add(
            SocketIoConfig settings,
            Engine engine,
            EngineHooks hooks,
            Admission admission,
            Runnable start,
            @Nullable ClusterView view) {
        EngineEndpoint endpoint = new EngineEndpoint(engine, loops::next, settings.requestPolicy(hooks, admission));
        PollingConfig polling = new PollingConfig(
                settings.get(LimitSettings.BODY_TIMEOUT),
                settings.get(Settings.HTTP_COMPRESSION_ENABLED),
                settings.get(Settings.HTTP_COMPRESSION_THRESHOLD));
        @Nullable
        ClientFiles files =
                settings.get(Settings.SERVE_CLIENT) ? ClientFiles.of(endpoint).orElse(null) : null;
        String raw = settings.get(Settings.PATH);
        String path = raw.endsWith("/") ? raw : raw + "/";
        PollingRequests requests = new PollingRequests(endpoint, watch, polling);
        Forwarding.@Nullable Path forwarding =
                view == null ? null : cluster.add(settings, path, endpoint, polling, view);
        paths.add(new EnginePath(
                path,
                !settings.get(Settings.ADD_TRAILING_SLASH),
                endpoint,
                requests,
                forwarding == null ? requests : forwarding.requests(requests),
                forwarding,
                files));
        starts.add(start);
        return endpoint;
    }

    private @Nullable EngineEndpoint endpoint(String rawPath) {
        EnginePath path = path(rawPath);
        return path == null ? null : path.endpoint();
    }

    private @Nullable EnginePath path(String rawPath) {
        for (EnginePath path : paths) {
            if (path.matches(rawPath)) {
                return path;
            }
        }
        return null;
    }

    /** Adds the routes, the upgrade and the limits to a server; its other routes stay as they are. */
    void mount(WebServerConfig.Builder server) {
        if (server.maxPayloadSize() < 0) {
            // Helidon reads a whole chunk at once; what passes here is still counted while it is read.
            server.maxPayloadSize(2 * config.get(Settings.MAX_HTTP_BUFFER_SIZE));
        }
        // Without TCP_NODELAY an answer may wait 40 ms for the client's acknowledgement of what was sent before.
        SocketOptions options = server.connectionOptions()
                .orElseGet(() -> SocketOptions.builder().tcpNoDelay(true).build());
        server.connectionOptions(speaksHttpAlone(server) ? connections.watching(options) : options);
        server.addConnectionSelector(connections)
                .addFeature(new Mounted(
                        new EngineRoutes(paths, new ConnectionRules(connections), this::start, this::stop)));
    }

    /** False if a connection may turn out to be something that never makes a request that our filter sees. */
    private static boolean speaksHttpAlone(WebServerConfig.Builder server) {
        return server.connectionSelectors().isEmpty()
                && ServiceLoader.load(ServerConnectionSelectorProvider.class).stream()
                        .map(ServiceLoader.Provider::type)
                        .map(Class::getName)
                        .allMatch(HTTP_PROVIDERS::contains)
                && EngineHost.class.getClassLoader().getResource(HTTP2_SUB_PROTOCOLS) == null;
    }

    private void start() {
        loops.start();
        running = true;
        scheduleSweep();
        cluster.start();
        starts.forEach(Runnable::run);
    }

    private void scheduleSweep() {
        loops.loops().get(0).schedule(this::sweep, SWEEP);
    }

    private void sweep() {
        if (running) {
            connections.closeOverdue();
            long now = System.nanoTime();
            paths.forEach(path -> path.polling().abortOverdue(now));
            cluster.sweep(now);
            scheduleSweep();
        }
    }

    /** Ends the loops; connections of sessions that are being closed get a moment. */
    void stop() {
        if (running) {
            running = false;
            cluster.stop();
            loops.close(LOOPS_PATIENCE);
        }
    }

    /** What Helidon sees. Immutable. */
    private record Mounted(EngineRoutes routes) implements ServerFeature {
        @Override
        public void setup(ServerFeatureContext context) {
            context.socket(WebServer.DEFAULT_SOCKET_NAME).httpRouting().addFeature(routes);
        }

        @Override
        public String name() {
            return "roost";
        }

        @Override
        public String type() {
            return "roost";
        }
    }
}
