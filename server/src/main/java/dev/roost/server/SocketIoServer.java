package dev.roost.server;

import dev.roost.adapter.AdapterFactory;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.core.namespace.SocketIoOptions;
import dev.roost.server.http.EngineHooks;
import dev.roost.server.reactor.HelidonChannels;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A Socket.IO server on a port of its own.
 *
 * <pre>{@code
 * SocketIoServer server = SocketIoServer.builder()
 *         .port(3000)
 *         .application(io -> io.onConnection(socket -> ...))
 *         .build()
 *         .start();
 * }</pre>
 *
 * <p>It serves its path, the routes of applications that are {@link HttpRoutes}, and {@code /observe/health}. A server
 * starts once and stops once. Thread-safe.
 */
public final class SocketIoServer implements AutoCloseable {
    /** Port unless another is chosen. */
    public static final int DEFAULT_PORT = 3000;
    /** Address unless another is chosen: all of this machine. */
    public static final String DEFAULT_HOST = "0.0.0.0";

    private enum Phase {
        NEW,
        STARTED,
        STOPPED
    }

    private final SocketIoFeature feature;
    private final WebServer server;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

    private SocketIoServer(Builder builder) {
        feature = builder.feature.build();
        WebServerConfig.Builder web = WebServer.builder();
        builder.web.forEach(customizer -> customizer.accept(web));
        web.host(builder.host)
                .port(builder.port)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .addFeature(ObserveFeature.builder()
                        .observersDiscoverServices(false)
                        .addObserver(HealthObserver.builder()
                                .details(true)
                                .useSystemServices(false)
                                .addHealthChecks(feature.healthChecks())
                                .build())
                        .build());
        server = feature.mount(web).build();
    }

    /** Starts with the defaults and no application. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Checks the name of the adapter and the keys of all adapters without starting anything.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static void check(SocketIoConfig config) {
        Adapters adapters = new Adapters(null);
        adapters.check(config);
        adapters.chosenBy(config);
    }

    /**
     * Joins the cluster, then listens.
     *
     * @throws IllegalArgumentException for a setting of the adapter that is not allowed
     * @throws dev.roost.adapter.AdapterException if the cluster cannot be joined
     * @throws UncheckedIOException if the port cannot be bound; the message says which and why
     */
    public SocketIoServer start() {
        if (!phase.compareAndSet(Phase.NEW, Phase.STARTED)) {
            throw new IllegalStateException("a server starts once, this one is " + phase.get());
        }
        try {
            server.start();
        } finally {
            // Helidon 4.5.0 logs what went wrong and returns.
            if (!server.isRunning()) {
                phase.set(Phase.STOPPED);
                feature.close();
            }
        }
        if (!server.isRunning()) {
            throw failure();
        }
        return this;
    }

    private RuntimeException failure() {
        for (SocketIoMount mount : feature.mounts()) {
            RuntimeException cause = mount.failure();
            if (cause != null) {
                return cause;
            }
        }
        WebServerConfig config = server.prototype();
        String address = config.host() + ":" + config.port();
        try (ServerSocketChannel attempt = ServerSocketChannel.open()) {
            attempt.bind(new InetSocketAddress(config.host(), config.port()));
        } catch (IOException | UnresolvedAddressException e) {
            String why = e instanceof UnresolvedAddressException ? "unknown host" : String.valueOf(e.getMessage());
            return new UncheckedIOException("cannot listen on " + address + ": " + why, new BindException(why));
        }
        return new IllegalStateException("the web server at " + address + " did not start; its log says why");
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** True while new clients are welcome. */
    public boolean ready() {
        return feature.ready();
    }

    /** Metrics in Prometheus' text format. */
    public String metrics() {
        return feature.metrics();
    }

    /** Refuses new clients, tells all others that the server is shutting down, and waits until they are gone. */
    public void drain() {
        if (phase.get() == Phase.STARTED) {
            feature.drain();
        }
    }

    /** Drains, then closes the port; until it is closed other processes serve those that come here. Idempotent. */
    public void stop() {
        drain();
        if (phase.getAndSet(Phase.STOPPED) == Phase.STARTED) {
            server.stop();
            feature.close();
        }
    }

    /** As {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** Calls back once every loop has shown that it is alive. */
    public void ping(Runnable answered) {
        feature.loops().ping(answered);
    }

    /** What an operator wants to know of a start: adapter, node, how WebSockets are carried. */
    public String description() {
        HelidonChannels channels = feature.channels();
        List<String> parts = new ArrayList<>();
        for (SocketIoMount mount : feature.mounts()) {
            parts.add("path " + mount.path() + ", adapter " + mount.adapterName() + ", node " + mount.nodeId());
        }
        parts.add(
                switch (channels.mode()) {
                    case DETACHED ->
                        "sockets on reactors (" + feature.loops().loops().size() + ")";
                    case STREAM -> "sockets in stream mode (" + channels.reason() + ")";
                });
        return String.join(", ", parts);
    }

    /** Collects what a server is made of. Confined to one thread. */
    public static final class Builder {
        private final SocketIoFeature.Builder feature = SocketIoFeature.builder();
        private final List<Consumer<WebServerConfig.Builder>> web = new ArrayList<>();
        private String host = DEFAULT_HOST;
        private int port = DEFAULT_PORT;

        private Builder() {}

        /** Settings; default all defaults. */
        public Builder config(SocketIoConfig value) {
            feature.config(value);
            return this;
        }

        /** Adds an application. */
        public Builder application(SocketIoApplication application) {
            feature.application(application);
            return this;
        }

        /** Hooks into HTTP requests. */
        public Builder hooks(EngineHooks hooks) {
            feature.hooks(hooks);
            return this;
        }

        /** Sets what no key can: the parser of packets and the binding of JSON to Java. */
        public Builder options(Consumer<SocketIoOptions.Builder> change) {
            feature.options(change);
            return this;
        }

        /** Offers an adapter beside those on the class path; {@code socketio.adapter} still chooses. */
        public Builder adapterFactory(AdapterFactory factory) {
            feature.adapterFactory(factory);
            return this;
        }

        /** Address to listen on; default {@value #DEFAULT_HOST}. */
        public Builder host(String value) {
            host = value;
            return this;
        }

        /** Port to listen on, 0 for a free one; default {@value #DEFAULT_PORT}. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** Changes the web server before this server adds its own, such as TLS or the listener's socket options. */
        public Builder webServer(Consumer<WebServerConfig.Builder> customizer) {
            web.add(customizer);
            return this;
        }

        /**
         * Checks everything and makes a server.
         *
         * @throws IllegalArgumentException naming key, value and what is allowed
         */
        public SocketIoServer build() {
            return new SocketIoServer(this);
        }
    }
}
