package dev.roost.server.observe;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /observe/metrics} on a port of its own, on loopback: what is on the public port is for everybody.
 *
 * <p>Thread-safe: volatile fields.
 */
public final class MetricsListener implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MetricsListener.class.getName());
    private static final String HOST = "127.0.0.1";
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final long RETRY_NANOS = 200_000_000;

    private final int wanted;
    private volatile @Nullable WebServer server;
    private volatile boolean closed;

    private MetricsListener(int wanted, @Nullable WebServer server) {
        this.wanted = wanted;
        this.server = server;
    }

    /**
     * Starts; a port that is taken makes it take a free one, since metrics are no reason not to serve.
     *
     * @param port 0 for a free one
     */
    public static MetricsListener start(int port, Supplier<String> metrics) {
        // Helidon 4.5.0 logs that a port is taken and returns a server that does not run.
        WebServer listening = listen(port, metrics);
        if (listening.isRunning()) {
            return new MetricsListener(port, listening);
        }
        MetricsListener free = new MetricsListener(port, listen(0, metrics));
        LOG.log(
                Logger.Level.WARNING,
                "socketio.management.port " + port + " is taken; metrics are at http://" + HOST + ":" + free.port()
                        + "/observe/metrics");
        return free;
    }

    /** As {@link #start}, but who has the port is about to end, and is waited for. */
    public static MetricsListener startWhenFree(int port, Supplier<String> metrics) {
        if (port == 0 || isFree(port)) {
            return start(port, metrics);
        }
        MetricsListener later = new MetricsListener(port, null);
        Thread.ofVirtual().name("roost-metrics").start(() -> later.listenWhenFree(metrics));
        return later;
    }

    private void listenWhenFree(Supplier<String> metrics) {
        while (!isFree(wanted)) {
            LockSupport.parkNanos(RETRY_NANOS);
            if (closed) {
                return;
            }
        }
        server = start(wanted, metrics).server;
        if (closed) {
            close();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket attempt = new ServerSocket()) {
            attempt.setReuseAddress(true);
            attempt.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static WebServer listen(int port, Supplier<String> metrics) {
        return WebServer.builder()
                .host(HOST)
                .port(port)
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .routing(routing -> routing.get(
                        "/observe/metrics",
                        (request, response) -> response.header(HeaderNames.CONTENT_TYPE, CONTENT_TYPE)
                                .send(metrics.get())))
                .build()
                .start();
    }

    /** The port it listens on, or will. */
    public int port() {
        WebServer present = server;
        return present == null ? wanted : present.port();
    }

    @Override
    public void close() {
        closed = true;
        WebServer present = server;
        if (present != null) {
            present.stop();
        }
    }
}
