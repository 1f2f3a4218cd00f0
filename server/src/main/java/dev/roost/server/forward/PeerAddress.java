package dev.roost.server.forward;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a process listens for others of its cluster. Immutable.
 *
 * @param host name or address, without brackets
 */
record PeerAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** Reads {@code host:port} or {@code [address]:port}; null if it is neither. */
    static @Nullable PeerAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return null;
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return null;
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return host.isEmpty() || port < 0 || port > MAX_PORT ? null : new PeerAddress(host, port);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * Checks an address to listen on.
     *
     * @throws IllegalArgumentException with the key, the value and what is allowed
     */
    static PeerAddress toListenOn(String text, boolean secret) {
        PeerAddress address = parse(text);
        if (address == null) {
            throw new IllegalArgumentException(
                    "socketio.cluster.address: '" + text + "' is not allowed; allowed: host:port");
        }
        InetAddress bind = address.resolve().getAddress();
        if (bind == null) {
            throw new IllegalArgumentException("socketio.cluster.address: host '" + address.host + "' is unknown");
        }
        if (bind.isAnyLocalAddress()) {
            throw new IllegalArgumentException("socketio.cluster.address: '" + text
                    + "' is no address others can reach; allowed: one address of this machine");
        }
        if (!bind.isLoopbackAddress() && !secret) {
            throw new IllegalArgumentException("socketio.cluster.secret: must be set when socketio.cluster.address ('"
                    + text + "') is not loopback");
        }
        return address;
    }

    /** Looks the host up; the address is null if it is unknown. */
    InetSocketAddress resolve() {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(host, port);
        }
    }

    /** As text, with another port. */
    String withPort(int actual) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + actual;
    }
}
