package dev.roost.server.observe;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.lang.System.Logger;
import java.util.function.Supplier;

/**
 * Serves {@code /observe/metrics} on a port of its own, on loopback: what is on the public port is for everybody.
 *
 * <p>Thread-safe: immutable.
 */
public final class MetricsListener implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MetricsListener.class.getName());
    private static final String HOST = "127.0.0.1";
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final WebServer server;

    private MetricsListener(WebServer server) {
        this.server = server;
    }

    /**
     * Starts; a port that is taken makes it take a free one, since metrics are no reason not to serve.
     *
     * @param port 0 for a free one
     */
    public static MetricsListener start(int port, Supplier<String> metrics) {
        // Helidon 4.5.0 logs that a port is taken and returns a server that does not run.
        WebServer wanted = listen(port, metrics);
        if (wanted.isRunning()) {
            return new MetricsListener(wanted);
        }
        MetricsListener free = new MetricsListener(listen(0, metrics));
        LOG.log(
                Logger.Level.WARNING,
                "socketio.management.port " + port + " is taken; metrics are at http://" + HOST + ":" + free.port()
                        + "/observe/metrics");
        return free;
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

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
