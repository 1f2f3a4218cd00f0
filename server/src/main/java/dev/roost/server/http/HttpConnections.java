package dev.roost.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Helidon's HTTP/1.1 connections, kept to a deadline and known by the thread that serves them.
 *
 * <p>Helidon limits the time of a read, not of a request head, so a client that sends a byte now and then would stay;
 * and it does not tell a handler which connection it serves. This selector wraps its own to do both.
 *
 * <p>Thread-safe: a concurrent table, the rest immutable.
 *
 * <p>Spec: security H14, H15, H21.
 */
public final class HttpConnections implements ServerConnectionSelector {
    /**
     * Where a {@code Content-Encoding} goes that Helidon could not decode.
     *
     * <p>Helidon answers such a request with 400 before any handler sees it; {@link ConnectionRules} says 415.
     */
    static final HeaderName UNDECODED = HeaderNames.create("x-roost-content-encoding");

    private final Http1ConnectionSelector http1;
    private final Http1ConnectionListener headerListener;
    private final long headTimeoutNanos;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Thread, HttpConnection> byThread = new ConcurrentHashMap<>();
    private final Newcomers newcomers;

    /**
     * Wraps Helidon's connections.
     *
     * @param settings limits of request line and headers; without listeners, since Helidon 4.5.0 calls none of several
     * @param headers sees the headers of every request first
     * @param upgrader takes connections that ask for another protocol
     * @param headTimeout from the start of a connection, or from a later request line, to the complete head
     */
    public HttpConnections(
            Http1Config.Builder settings,
            Http1ConnectionListener headers,
            Http1Upgrader upgrader,
            Duration headTimeout,
            LongSupplier nanoTime) {
        this.headerListener = headers;
        this.http1 = Http1ConnectionSelector.builder()
                .config(settings.addReceiveListener(new Listener()).build())
                .addUpgrader(upgrader)
                .build();
        this.headTimeoutNanos = headTimeout.toNanos();
        this.nanoTime = nanoTime;
        this.newcomers = new Newcomers(headTimeout, nanoTime);
    }

    /**
     * Has connections that do not say what they speak closed in time.
     *
     * @param options of the sockets of a server all of whose connections come here, or are seen by
     *     {@link ConnectionRules} with their first request
     * @return the options it must have for that
     */
    public SocketOptions watching(SocketOptions options) {
        return newcomers.watching(options);
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        newcomers.identified(context.remotePeer().address());
        return new HttpConnection(this, context, http1.connection(context), nanoTime.getAsLong() + headTimeoutNanos);
    }

    /** A request came over a connection that is served elsewhere, as those of HTTP/2 are. */
    void identified(SocketAddress peer) {
        newcomers.identified(peer);
    }

    /** The connection the calling thread serves. */
    public Optional<ConnectionContext> current() {
        return Optional.ofNullable(connection()).map(HttpConnection::context);
    }

    /** Number of connections that speak HTTP at present. */
    public int count() {
        return byThread.size();
    }

    /** Closes connections whose request head is overdue; called about once a second, on any thread. */
    public void closeOverdue() {
        long now = nanoTime.getAsLong();
        for (HttpConnection connection : byThread.values()) {
            connection.closeIfOverdue(now);
        }
        newcomers.closeOverdue(now);
    }

    @Nullable
    HttpConnection connection() {
        return byThread.get(Thread.currentThread());
    }

    void entered(HttpConnection connection) {
        byThread.put(Thread.currentThread(), connection);
    }

    void left() {
        byThread.remove(Thread.currentThread());
    }

    /** What Helidon tells while it reads, on the thread of the connection. */
    private final class Listener implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            HttpConnection connection = connection();
            if (connection != null) {
                connection.requestLineRead(nanoTime.getAsLong() + headTimeoutNanos);
            }
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            headerListener.headers(context, headers);
            HttpConnection connection = connection();
            if (connection != null) {
                connection.headRead();
            }
            if (headers instanceof WritableHeaders<?> writable
                    && writable.contains(HeaderNames.CONTENT_ENCODING)
                    && !context.listenerContext().contentEncodingContext().contentDecodingEnabled()) {
                writable.set(
                        UNDECODED, writable.get(HeaderNames.CONTENT_ENCODING).get());
                writable.remove(HeaderNames.CONTENT_ENCODING);
            }
        }
    }
}
