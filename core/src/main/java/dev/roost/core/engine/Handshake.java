package dev.roost.core.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first HTTP request of a session. Immutable.
 *
 * <p>Spec: socket-io 3, "handshake object"; {@code auth} belongs to each socket.
 */
public interface Handshake {
    /** Headers by lower-case name; several values of one name are joined by {@code ", "}. */
    Map<String, String> headers();

    /** Query parameters, the last value of each name, percent-decoded. */
    Map<String, String> query();

    /** All values of a query parameter, in order. */
    List<String> queryAll(String name);

    /** Raw request target, path and query. */
    String url();

    /** Address of the peer of the TCP connection, or the client's as told by a trusted proxy. */
    String address();

    /** True if an {@code Origin} header was present. */
    boolean xdomain();

    /** True if the connection was encrypted. */
    boolean secure();

    /** Milliseconds since 1970. */
    long issued();

    /** Value of one header, or null. */
    default @Nullable String header(String lowerCaseName) {
        return headers().get(lowerCaseName);
    }
}
