package dev.roost.server.websocket;

import dev.roost.server.http.EngineRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 6455 demands of a handshake, whatever protocol is spoken over it. Pure.
 *
 * <p>Spec: RFC 6455 section 4.2.1, security 2 (H9).
 */
final class HandshakeCheck {
    static final String VERSION_HEADER = "sec-websocket-version";
    static final String KEY_HEADER = "sec-websocket-key";
    static final String VERSION = "13";

    private static final int KEY_BYTES = 16;

    private HandshakeCheck() {}

    /** Returns what is wrong, or null. */
    static @Nullable String problem(EngineRequest request) {
        if (!request.method().equals("GET")) {
            return "Invalid HTTP method";
        }
        if (request.headers().count(VERSION_HEADER) != 1 || !VERSION.equals(request.header(VERSION_HEADER))) {
            return "Missing or invalid Sec-WebSocket-Version header";
        }
        if (request.headers().count(KEY_HEADER) != 1 || !isKey(request.header(KEY_HEADER))) {
            return "Missing or invalid Sec-WebSocket-Key header";
        }
        return null;
    }

    /** True if {@code Connection} has the token that makes {@code Upgrade} mean something. */
    static boolean asksForUpgrade(EngineRequest request) {
        String connection = request.header("connection");
        if (connection == null) {
            return false;
        }
        for (String token : connection.split(",", -1)) {
            if (token.trim().equalsIgnoreCase("upgrade")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(@Nullable String key) {
        if (key == null || key.length() != 24) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
