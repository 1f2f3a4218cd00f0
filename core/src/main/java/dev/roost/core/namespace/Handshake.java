package dev.roost.core.namespace;

import dev.roost.core.packet.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * What a client said when it connected. Thread-safe: a volatile field, the rest immutable.
 *
 * <p>All but {@code auth} is of the first HTTP request of the connection and shared by its sockets.
 *
 * <p>{@code auth} is for middlewares and connection handlers. Once these have returned it is kept if it has no more than
 * 16 KiB, as everything meant for this has; of more an empty map is left, lest a client hold what it likes.
 *
 * <p>Spec: socket-io 3, "handshake object"; features K02 and N16.
 */
public final class Handshake {
    private static final TypeReference<LinkedHashMap<String, Object>> OBJECT = new TypeReference<>() {};
    private static final long MAX_KEPT_AUTH_BYTES = 16 * 1024;

    private final dev.roost.core.engine.Handshake request;
    private volatile JsonValue auth;

    Handshake(dev.roost.core.engine.Handshake request, JsonValue auth) {
        this.request = request;
        this.auth = auth;
    }

    /** What the client passed as {@code auth}, an empty map if nothing. */
    public Map<String, Object> auth() {
        return auth.as(OBJECT);
    }

    /**
     * The same, bound to a type such as a record.
     *
     * @throws dev.roost.core.packet.ArgumentException if it does not fit
     */
    public <T> T auth(Class<T> type) {
        return auth.as(type);
    }

    /** The same as it came: a JSON object. */
    public JsonValue authJson() {
        return auth;
    }

    /** The connection handlers have seen it. */
    void seen() {
        if (auth.payload().bytes() > MAX_KEPT_AUTH_BYTES) {
            auth = JsonValue.parse("{}");
        }
    }

    /** Headers by lower-case name; several values of one name are joined by {@code ", "}. */
    public Map<String, String> headers() {
        return request.headers();
    }

    /** One header by its lower-case name, or null. */
    public @Nullable String header(String lowerCaseName) {
        return request.header(lowerCaseName);
    }

    /** Query parameters, the last value of each name, percent-decoded. */
    public Map<String, String> query() {
        return request.query();
    }

    /** All values of a query parameter, in order. */
    public List<String> queryAll(String name) {
        return request.queryAll(name);
    }

    /** Raw request target, path and query. */
    public String url() {
        return request.url();
    }

    /** Address of the client: the peer of its TCP connection, or what a trusted proxy said. */
    public String address() {
        return request.address();
    }

    /** True if an {@code Origin} header was present. */
    public boolean xdomain() {
        return request.xdomain();
    }

    /** True if the connection was encrypted. */
    public boolean secure() {
        return request.secure();
    }

    /** Milliseconds since 1970 when the connection was made. */
    public long issued() {
        return request.issued();
    }

    /** Shows the address only: headers, query and auth may hold secrets. */
    @Override
    public String toString() {
        return "Handshake[address=" + address() + "]";
    }
}
