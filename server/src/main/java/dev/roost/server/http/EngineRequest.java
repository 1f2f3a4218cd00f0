package dev.roost.server.http;

import dev.roost.core.engine.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to an engine path, its protocol parameters read.
 *
 * <p>Repeated protocol parameters are remembered, to be refused: neither the first nor the last may win silently.
 *
 * <p>Confined to the thread that serves the request.
 *
 * <p>Spec: engine-io 2; security H4.
 */
public final class EngineRequest {
    /** Value of {@link #revision()} for an {@code EIO} that is neither 3 nor 4. */
    public static final int UNKNOWN_REVISION = 0;

    private final String method;
    private final String path;
    private final String rawQuery;
    private final HeaderSource headers;
    private final String peerAddress;
    private final boolean secure;
    private final List<String> responseHeaders = new ArrayList<>(0);
    private int revision = 3;
    private @Nullable String transport;
    private @Nullable String sid;
    private @Nullable String jsonpIndex;
    private boolean b64;
    private int seen;
    private @Nullable String repeatedKey;

    private EngineRequest(
            String method, String path, String rawQuery, HeaderSource headers, String peerAddress, boolean secure) {
        this.method = method;
        this.path = path;
        this.rawQuery = rawQuery;
        this.headers = headers;
        this.peerAddress = peerAddress;
        this.secure = secure;
    }

    /**
     * Reads a request.
     *
     * @param path raw path, without the query
     * @param rawQuery what follows the question mark, empty if nothing does
     * @param headers valid as long as the request
     * @param peerAddress address of the other end of the TCP connection
     */
    public static EngineRequest parse(
            String method, String path, String rawQuery, HeaderSource headers, String peerAddress, boolean secure) {
        EngineRequest request = new EngineRequest(method, path, rawQuery, headers, peerAddress, secure);
        QueryParameters.forEach(rawQuery, request::parameter);
        return request;
    }

    private void parameter(String name, String value) {
        switch (name) {
            case "EIO" -> {
                first(name, 1);
                revision = switch (value) {
                    case "4" -> 4;
                    case "3" -> 3;
                    default -> UNKNOWN_REVISION;
                };
            }
            case "transport" -> {
                first(name, 2);
                transport = value;
            }
            case "sid" -> {
                first(name, 4);
                sid = value;
            }
            case "b64" -> {
                first(name, 8);
                b64 = !value.isEmpty();
            }
            case "j" -> {
                first(name, 16);
                jsonpIndex = value;
            }
            default -> {
                // The application's own, or the cache buster; see Handshake.query.
            }
        }
    }

    private void first(String name, int bit) {
        if ((seen & bit) != 0) {
            repeatedKey = name;
        }
        seen |= bit;
    }

    /** HTTP method, in upper case as sent. */
    public String method() {
        return method;
    }

    /** Raw path. */
    public String path() {
        return path;
    }

    /** Raw request target. */
    public String url() {
        return rawQuery.isEmpty() ? path : path + "?" + rawQuery;
    }

    /** Protocol revision: 4, 3 (also when absent) or {@link #UNKNOWN_REVISION}. */
    public int revision() {
        return revision;
    }

    /** The {@code transport} parameter, or null if absent. */
    public @Nullable String transport() {
        return transport;
    }

    /** The {@code sid} parameter, or null if absent or empty. */
    public @Nullable String sid() {
        return sid == null || sid.isEmpty() ? null : sid;
    }

    /** True if the client cannot take binary. */
    public boolean b64() {
        return b64;
    }

    /** The JSONP index as sent, or null if absent. */
    public @Nullable String jsonpIndex() {
        return jsonpIndex;
    }

    /** Name of a protocol parameter that came twice, or null. */
    public @Nullable String repeatedKey() {
        return repeatedKey;
    }

    /** Value of a header, several joined by {@code ", "}; null if absent. */
    public @Nullable String header(String lowerCaseName) {
        return headers.value(lowerCaseName);
    }

    /** All headers. */
    public HeaderSource headers() {
        return headers;
    }

    /** Address of the other end of the TCP connection, which may be a proxy. */
    public String peerAddress() {
        return peerAddress;
    }

    /** True if the connection to this process is encrypted. */
    public boolean secure() {
        return secure;
    }

    /** Makes what a session keeps of its first request. */
    public Handshake handshake() {
        return handshake(peerAddress, secure);
    }

    /** As {@link #handshake()}, with what a trusted proxy said about the client. */
    Handshake handshake(String address, boolean secureAtProxy) {
        return RequestHandshake.of(this, address, secureAtProxy);
    }

    /** Adds a header to whatever response the request gets; for middlewares. */
    void responseHeader(String name, String value) {
        responseHeaders.add(name);
        responseHeaders.add(value);
    }

    void forEachResponseHeader(BiConsumer<String, String> out) {
        for (int i = 0; i < responseHeaders.size(); i += 2) {
            out.accept(responseHeaders.get(i), responseHeaders.get(i + 1));
        }
    }
}
