package dev.roost.server.http;

import io.helidon.common.socket.SocketOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections that were accepted and have not yet said what they speak, be it for want of a first byte or inside the
 * handshake of TLS.
 *
 * <p>Helidon tells of a connection only once it knows its protocol; before, one that is silent would stay. The options
 * of sockets are what it asks for each that it accepts.
 *
 * <p>Thread-safe: a concurrent table.
 *
 * <p>Spec: security H15.
 */
final class Newcomers {
    private static final System.Logger LOGGER = System.getLogger(Newcomers.class.getName());

    private final ConcurrentMap<SocketAddress, Newcomer> byPeer = new ConcurrentHashMap<>();
    private final long timeoutNanos;
    private final LongSupplier nanoTime;

    Newcomers(Duration timeout, LongSupplier nanoTime) {
        this.timeoutNanos = timeout.toNanos();
        this.nanoTime = nanoTime;
    }

    /** One connection and when it is closed. Immutable. */
    private record Newcomer(Closeable connection, long due) {}

    private void accepted(@Nullable SocketAddress peer, Closeable connection) {
        if (peer instanceof InetSocketAddress) {
            byPeer.put(peer, new Newcomer(connection, nanoTime.getAsLong() + timeoutNanos));
        }
    }

    /** The protocol of a connection is known. */
    void identified(SocketAddress peer) {
        byPeer.remove(peer);
    }

    /** Closes those that are overdue. On any thread. */
    void closeOverdue(long now) {
        byPeer.forEach((peer, newcomer) -> {
            if (now - newcomer.due() > 0 && byPeer.remove(peer, newcomer)) {
                close(newcomer.connection());
            }
        });
    }

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "connection did not close", e);
        }
    }

    /** Those options, and the connections they are asked for are newcomers. */
    SocketOptions watching(SocketOptions options) {
        return new Watching(this, options);
    }

    /** Immutable. */
    private record Watching(Newcomers newcomers, SocketOptions options) implements SocketOptions {
        @Override
        public void configureSocket(Socket socket) {
            options.configureSocket(socket);
            newcomers.accepted(socket.getRemoteSocketAddress(), socket);
        }

        @Override
        public void configureSocket(SocketChannel channel) {
            options.configureSocket(channel);
            try {
                newcomers.accepted(channel.getRemoteAddress(), channel);
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "connection ended before it began", e);
            }
        }

        @Override
        public Map<SocketOption<?>, Object> socketOptions() {
            return options.socketOptions();
        }

        @Override
        public Duration connectTimeout() {
            return options.connectTimeout();
        }

        @Override
        public Duration readTimeout() {
            return options.readTimeout();
        }

        @Override
        public Optional<Integer> socketReceiveBufferSize() {
            return options.socketReceiveBufferSize();
        }

        @Override
        public Optional<Integer> socketSendBufferSize() {
            return options.socketSendBufferSize();
        }

        @Override
        public boolean socketReuseAddress() {
            return options.socketReuseAddress();
        }

        @Override
        public boolean socketKeepAlive() {
            return options.socketKeepAlive();
        }

        @Override
        public boolean tcpNoDelay() {
            return options.tcpNoDelay();
        }
    }
}
