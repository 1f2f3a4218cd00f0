package dev.roost.server.forward;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.server.http.HttpConnections;
import dev.roost.server.http.RequestReader;
import dev.roost.server.polling.PollingRequests;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpFeature;
import io.helidon.webserver.http.HttpRouting;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where other processes of the cluster deliver requests for sessions of this one.
 *
 * <p>It serves what the listener of clients serves, by the same code, but for one thing: requests that come here are
 * never passed on.
 *
 * <p>Confined to the thread that starts and stops it, but for {@link #closeOverdue}.
 *
 * <p>Spec: design "No sticky sessions".
 */
public final class InternalListener {
    private static final Duration GREETING_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofMillis(100);

    private final PeerAddress address;
    private final HttpConnections http;
    private final PeerConnections connections;
    private final long maxPayloadSize;
    private @Nullable WebServer server;

    /**
     * Makes a listener, not yet open.
     *
     * @param address {@code host:port}; port 0 takes a free one
     * @param http its connections once they are trusted
     * @param here whose sessions are served
     * @param maxPayloadSize what Helidon lets pass of a body, which is counted again while it is read
     * @throws IllegalArgumentException if the address cannot be used, or must not be without a secret
     */
    public InternalListener(
            String address,
            String secret,
            HttpConnections http,
            Predicate<NodeId> here,
            long maxPayloadSize,
            Counters counters) {
        this.address = PeerAddress.toListenOn(address, !secret.isEmpty());
        this.http = http;
        this.connections = new PeerConnections(
                http, new Greeting(new PeerSecret(secret)), here::test, counters, GREETING_TIMEOUT, System::nanoTime);
        this.maxPayloadSize = maxPayloadSize;
    }

    /** How requests that come here are to be read: the client is who the entry says. */
    public static RequestReader reader() {
        return new ForwardedClient();
    }

    /** What plain requests that come here are to be handled by. */
    public static Handler requests(PollingRequests requests) {
        return new ReleaseRequests(requests);
    }

    /** Characters a forwarded head may have more than the client's. */
    public static int headAllowance() {
        return 1024;
    }

    /**
     * Opens the port.
     *
     * @param routes serve what comes
     * @throws IllegalStateException if it cannot be bound
     */
    public void start(HttpFeature routes) {
        InetSocketAddress bind = address.resolve();
        server = WebServer.builder()
                .address(bind.getAddress())
                .port(bind.getPort())
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(connections)
                .maxPayloadSize(maxPayloadSize)
                .shutdownGracePeriod(GRACE)
                .routing(HttpRouting.builder().addFeature(routes))
                .build()
                .start();
    }

    /** The address others reach it under, {@code host:port}; empty while it is not open. */
    public String address() {
        WebServer present = server;
        return present == null ? "" : address.withPort(present.port());
    }

    /** Closes connections that take too long to say what they want; called about once a second, on any thread. */
    public void closeOverdue() {
        connections.closeOverdue();
        http.closeOverdue();
    }

    /** Closes the port and all connections but those that are WebSockets by now. Idempotent. */
    public void stop() {
        WebServer present = server;
        server = null;
        if (present != null) {
            present.stop();
        }
    }
}
