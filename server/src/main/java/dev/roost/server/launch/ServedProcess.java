package dev.roost.server.launch;

import dev.roost.adapter.AdapterException;
import dev.roost.core.namespace.SocketIoApplication;
import dev.roost.server.Settings;
import dev.roost.server.SocketIoServer;
import dev.roost.server.observe.MetricsListener;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Optional;

/** The server of this process, with its metrics. Thread-safe: immutable. */
final class ServedProcess {
    private static final Logger LOG = System.getLogger(ServedProcess.class.getName());

    private final SocketIoServer server;
    private final MetricsListener metrics;

    private ServedProcess(SocketIoServer server, MetricsListener metrics) {
        this.server = server;
        this.metrics = metrics;
    }

    /** Which processes there are that have the same settings. */
    enum Neighbours {
        NONE,
        /** They share the port. */
        WORKERS,
        /** And one of them is to be replaced by this one. */
        WORKERS_AND_PREDECESSOR
    }

    /**
     * Starts to serve.
     *
     * @throws LaunchException with the line to show and the exit code
     */
    static ServedProcess start(LaunchConfig config, Neighbours neighbours) {
        LogLines.starting(true);
        Optional<SocketIoApplication> application = Applications.chosenBy(config.socketIo());
        SocketIoServer server = build(config, application, neighbours != Neighbours.NONE);
        MetricsListener metrics;
        try {
            server.start();
            int port = config.socketIo().get(Settings.MANAGEMENT_PORT);
            metrics = neighbours == Neighbours.WORKERS_AND_PREDECESSOR
                    ? MetricsListener.startWhenFree(port, server::metrics)
                    : MetricsListener.start(port, server::metrics);
        } catch (AdapterException e) {
            throw new LaunchException(
                    LaunchException.UNREACHABLE,
                    "cannot join the cluster (adapter " + config.socketIo().get(Settings.ADAPTER) + "): "
                            + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new LaunchException(LaunchException.CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            throw new LaunchException(LaunchException.UNREACHABLE, String.valueOf(e.getMessage()));
        } finally {
            LogLines.starting(false);
        }
        if (application.isEmpty()) {
            LOG.log(Logger.Level.WARNING, "no application is on the class path: clients can connect, and that is all");
        }
        LOG.log(
                Logger.Level.INFO,
                "listening on " + url(config.host(), server.port()) + ", " + server.description() + ", metrics http://"
                        + "127.0.0.1:" + metrics.port() + "/observe/metrics, pid "
                        + ProcessHandle.current().pid());
        return new ServedProcess(server, metrics);
    }

    /**
     * Finds what is wrong with a configuration before any process is started.
     *
     * @throws LaunchException naming key, value and what is allowed
     */
    static void check(LaunchConfig config) {
        try {
            SocketIoServer.check(config.socketIo());
        } catch (IllegalArgumentException e) {
            throw new LaunchException(LaunchException.CONFIGURATION, String.valueOf(e.getMessage()));
        }
        Applications.chosenBy(config.socketIo());
    }

    private static SocketIoServer build(
            LaunchConfig config, Optional<SocketIoApplication> application, boolean sharedPort) {
        SocketIoServer.Builder builder = SocketIoServer.builder()
                .config(config.socketIo())
                .host(config.host())
                .port(config.port());
        application.ifPresent(builder::application);
        Map<String, String> web = config.webServer();
        if (!web.isEmpty()) {
            builder.webServer(server -> server.config(LaunchConfig.config(web)));
        }
        if (sharedPort) {
            builder.webServer(server -> server.putListenerSocketOption(StandardSocketOptions.SO_REUSEPORT, true));
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new LaunchException(LaunchException.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    /** What a browser on this machine opens. */
    static String url(String host, int port) {
        boolean local = host.equals(SocketIoServer.DEFAULT_HOST) || host.equals("127.0.0.1") || host.equals("::");
        return "http://" + (local ? "localhost" : host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    int port() {
        return server.port();
    }

    /** Calls back once every loop has shown that it is alive. */
    void ping(Runnable answered) {
        server.ping(answered);
    }

    /** Says good-bye to clients and cluster; returns when they are gone or the time for that is over. */
    void stop() {
        LOG.log(Logger.Level.INFO, "stopping");
        server.stop();
        metrics.close();
        LOG.log(Logger.Level.INFO, "stopped");
    }
}
