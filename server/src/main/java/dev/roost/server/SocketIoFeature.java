package dev.roost.server;

import dev.roost.adapter.AdapterFactory;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.core.namespace.SocketIoOptions;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.observe.MetricsReport;
import dev.roost.server.observe.SocketIoHealth;
import dev.roost.server.reactor.HelidonChannels;
import dev.roost.server.reactor.ReactorGroup;
import io.helidon.health.HealthCheck;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.spi.ServerFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO on a Helidon server of the user's own, beside its routes, under one or several paths.
 *
 * <pre>{@code
 * SocketIoFeature socketIo = SocketIoFeature.builder().application(io -> io.onConnection(...)).build();
 * WebServer server = socketIo.mount(WebServer.builder().port(8080).routing(...)).build().start();
 * ...
 * socketIo.drain();
 * server.stop();
 * }</pre>
 *
 * <p>The cluster is joined when the web server starts, before it listens; failures of that are causes of what
 * {@code start()} throws. Helidon tells nobody before it stops, so {@link #drain} has to be called first: clients are
 * cut off otherwise.
 *
 * <p>Thread-safe once the server has started.
 */
public final class SocketIoFeature implements AutoCloseable {
    private static final long PAUSE_NANOS = 5_000_000;

    private final EngineHost host;
    private final HelidonChannels channels;
    private final List<SocketIoMount> mounts;
    private final List<HttpRoutes> routes;
    private final Duration drainTimeout;

    private SocketIoFeature(Builder builder) {
        List<Served> served = new ArrayList<>(builder.more);
        served.add(0, new Served(builder.config, builder.applications, builder.hooks, builder.options));
        Adapters adapters = new Adapters(builder.adapters);
        Set<String> paths = new HashSet<>();
        mounts = new ArrayList<>();
        routes = new ArrayList<>();
        for (Served each : served) {
            adapters.check(each.config);
            SocketIoMount mount = new SocketIoMount(
                    each.config, each.applications, each.hooks, each.options, adapters.chosenBy(each.config));
            if (!paths.add(mount.path())) {
                throw new IllegalArgumentException("two servers under one path: " + mount.path());
            }
            mounts.add(mount);
            each.applications.stream()
                    .filter(HttpRoutes.class::isInstance)
                    .map(HttpRoutes.class::cast)
                    .forEach(routes::add);
        }
        channels = HelidonChannels.detect();
        drainTimeout = builder.config.get(Settings.DRAIN_TIMEOUT);
        host = new EngineHost(builder.config, channels);
        mounts.forEach(mount -> mount.addTo(host));
    }

    private record Served(
            SocketIoConfig config,
            List<SocketIoApplication> applications,
            EngineHooks hooks,
            Consumer<SocketIoOptions.Builder> options) {
        Served {
            applications = List.copyOf(applications);
        }
    }

    /** Starts with the defaults and no application. */
    public static Builder builder() {
        return new Builder();
    }

    /** Adds everything to a server that is being built; returns it. To be called once. */
    public WebServerConfig.Builder mount(WebServerConfig.Builder server) {
        host.mount(server);
        return routes.isEmpty() ? server : server.addFeature(new Routes(routes));
    }

    /** Checks for an observe feature: loops turn; the cluster is joined and no stop is near. */
    public List<HealthCheck> healthChecks() {
        return SocketIoHealth.checks(host.loops(), mounts);
    }

    /** Metrics of all paths in Prometheus' text format. */
    public String metrics() {
        return new MetricsReport(host.loops(), mounts).text();
    }

    /** True while new clients are welcome under every path. */
    public boolean ready() {
        return mounts.stream().allMatch(SocketIoMount::ready);
    }

    /**
     * Prepares a stop: refuses new clients, tells all others, waits until they are gone, leaves the cluster.
     *
     * <p>Takes up to {@code socketio.drain.timeout}. Idempotent.
     */
    public void drain() {
        drain(drainTimeout);
    }

    private void drain(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        Pace pace = new Pace();
        mounts.forEach(SocketIoMount::refuse);
        host.leave(pace::one);
        mounts.forEach(mount -> mount.closeSessions(pace));
        while (mounts.stream().anyMatch(SocketIoMount::hasSessions) && mayWait(deadline)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        // Those who came meanwhile were passed on; now the port is about to close.
        while (host.forwarded() > 0 && mayWait(deadline)) {
            host.leave(() -> {});
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        mounts.forEach(SocketIoMount::leave);
    }

    private static boolean mayWait(long deadline) {
        return deadline - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted();
    }

    /** Cuts off who is left and ends the loops; for a server that is stopped, or has failed to start. Idempotent. */
    @Override
    public void close() {
        drain(Duration.ZERO);
        host.stop();
    }

    /** The servers by path, for the line in the log. */
    List<SocketIoMount> mounts() {
        return mounts;
    }

    /** The loops all paths share. */
    ReactorGroup loops() {
        return host.loops();
    }

    /** How WebSockets are carried. */
    HelidonChannels channels() {
        return channels;
    }

    /** Routes of applications, as Helidon sees them. Immutable. */
    private record Routes(List<HttpRoutes> routes) implements ServerFeature {
        @Override
        public void setup(ServerFeatureContext context) {
            routes.forEach(each ->
                    each.routes(context.socket(WebServer.DEFAULT_SOCKET_NAME).httpRouting()));
        }

        @Override
        public String name() {
            return "roost-routes";
        }

        @Override
        public String type() {
            return "roost-routes";
        }
    }

    /** Collects servers. Confined to one thread. */
    public static final class Builder {
        private final List<SocketIoApplication> applications = new ArrayList<>();
        private final List<Served> more = new ArrayList<>();
        private SocketIoConfig config = SocketIoConfig.defaults();
        private EngineHooks hooks = EngineHooks.NONE;
        private Consumer<SocketIoOptions.Builder> options = builder -> {};
        private @Nullable AdapterFactory adapters;

        private Builder() {}

        /** Settings of the first server; limits of connections, loops and drain are those of all. */
        public Builder config(SocketIoConfig value) {
            config = value;
            return this;
        }

        /** Adds an application to the first server. */
        public Builder application(SocketIoApplication application) {
            applications.add(application);
            return this;
        }

        /** Hooks into the HTTP requests of the first server. */
        public Builder hooks(EngineHooks value) {
            hooks = value;
            return this;
        }

        /** Sets for the first server what no key can: the parser of packets and the binding of JSON to Java. */
        public Builder options(Consumer<SocketIoOptions.Builder> change) {
            options = change;
            return this;
        }

        /** Offers an adapter beside those on the class path; {@code socketio.adapter} still chooses. */
        public Builder adapterFactory(AdapterFactory factory) {
            adapters = factory;
            return this;
        }

        /** Adds a server under another path. Each is a node of its own in its cluster. */
        public Builder server(SocketIoConfig settings, SocketIoApplication... itsApplications) {
            more.add(new Served(settings, List.of(itsApplications), EngineHooks.NONE, builder -> {}));
            return this;
        }

        /**
         * Checks everything and makes the feature.
         *
         * @throws IllegalArgumentException naming key, value and what is allowed
         */
        public SocketIoFeature build() {
            return new SocketIoFeature(this);
        }
    }
}
