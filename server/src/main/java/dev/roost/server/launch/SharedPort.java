package dev.roost.server.launch;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Optional;

/**
 * A port held for the workers of one supervisor.
 *
 * <p>With {@code SO_REUSEPORT} any process of this user could listen on the same port unnoticed, another supervisor
 * too. So the port is first bound alone, which fails if anybody has it. Then it is held by a socket that is bound but
 * never listens: it gets no connection and keeps the number from going to anybody else.
 *
 * <p>Thread-safe: immutable.
 */
final class SharedPort implements AutoCloseable {
    private final SocketChannel holder;
    private final int port;

    private SharedPort(SocketChannel holder, int port) {
        this.holder = holder;
        this.port = port;
    }

    /** Says why processes cannot share a port here; empty if they can. */
    static Optional<String> obstacle(String system) {
        String name = system.toLowerCase(Locale.ROOT);
        return name.contains("linux") || name.contains("bsd")
                ? Optional.empty()
                : Optional.of("processes cannot share a port on " + system);
    }

    /**
     * Takes a port.
     *
     * @param port 0 for a free one
     * @throws LaunchException if somebody else has it
     */
    static SharedPort hold(String host, int port) {
        try {
            int free;
            try (ServerSocketChannel alone = ServerSocketChannel.open()) {
                alone.bind(new InetSocketAddress(host, port));
                free = alone.socket().getLocalPort();
            }
            InetSocketAddress address = new InetSocketAddress(host, free);
            SocketChannel holder;
            try {
                holder = bound(address, false);
            } catch (BindException e) {
                // Connections that a server without shared port has closed a moment ago are in the way.
                holder = bound(address, true);
            }
            return new SharedPort(holder, free);
        } catch (IOException e) {
            throw failed(host, port, String.valueOf(e.getMessage()));
        } catch (UnresolvedAddressException e) {
            throw failed(host, port, "unknown host");
        }
    }

    /**
     * Binds without listening.
     *
     * @param reuseAddress true lets anybody else do the same
     */
    private static SocketChannel bound(InetSocketAddress address, boolean reuseAddress) throws IOException {
        SocketChannel holder = SocketChannel.open();
        try {
            holder.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
            holder.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            return holder.bind(address);
        } catch (IOException e) {
            holder.close();
            throw e;
        }
    }

    private static LaunchException failed(String host, int port, String cause) {
        return new LaunchException(LaunchException.UNREACHABLE, "cannot listen on " + host + ":" + port + ": " + cause);
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            // The port goes with the process.
        }
    }
}
