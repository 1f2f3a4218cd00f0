package dev.roost.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was refused, and how that is said. Immutable.
 *
 * <p>Spec: engine-io 3, error table.
 *
 * @param code number in the protocol, or {@link #UNAVAILABLE}
 * @param message text on the wire
 * @param status HTTP status of the answer to a plain request; an upgrade is always refused with 400, or 503
 * @param context details for listeners, never sent
 */
public record EngineError(int code, String message, int status, Map<String, String> context) {
    /** Code of a refusal the protocol has no number for: the server has no room. */
    public static final int UNAVAILABLE = -1;

    private static final String BAD_REQUEST = "Bad request";

    public EngineError {
        context = Map.copyOf(context);
    }

    static EngineError transportUnknown(@Nullable String transport) {
        return new EngineError(
                0, "Transport unknown", 400, transport == null ? Map.of() : Map.of("transport", transport));
    }

    /** The session does not exist, or no longer. */
    public static EngineError sessionUnknown(String sid) {
        return new EngineError(1, "Session ID unknown", 400, Map.of("sid", sid));
    }

    static EngineError badHandshakeMethod(String method) {
        return new EngineError(2, "Bad handshake method", 400, Map.of("method", method));
    }

    /** Any of the bad requests, told apart by a name in the context. */
    public static EngineError badRequest(String name, String detail) {
        return new EngineError(3, BAD_REQUEST, 400, Map.of("name", name, "detail", detail));
    }

    static EngineError forbidden(String message) {
        return new EngineError(4, message.isEmpty() ? "Forbidden" : message, 403, Map.of("message", message));
    }

    static EngineError unsupportedRevision(int revision) {
        return new EngineError(5, "Unsupported protocol version", 400, Map.of("protocol", Integer.toString(revision)));
    }

    /** There is no room for the request at present. */
    public static EngineError unavailable(String reason) {
        return new EngineError(UNAVAILABLE, "Service Unavailable", 503, Map.of("reason", reason));
    }

    /** Body of the answer to a plain request: JSON, or nothing when the protocol has no code for it. */
    public byte[] jsonBody() {
        if (code == UNAVAILABLE) {
            return new byte[0];
        }
        StringBuilder json =
                new StringBuilder(64).append("{\"code\":").append(code).append(",\"message\":\"");
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append("\"}").toString().getBytes(UTF_8);
    }
}
