package dev.roost.server.websocket;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Makes {@code Upgrade: WebSocket} the same as {@code Upgrade: websocket}.
 *
 * <p>Helidon looks the value up as it was sent, though tokens of that header have no case; as a receive listener of
 * its HTTP/1 configuration this one sees the headers before that. Immutable.
 */
public final class UpgradeHeaderCase implements Http1ConnectionListener {
    private static final String WEBSOCKET = "websocket";

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        if (headers instanceof WritableHeaders<?> writable && writable.contains(HeaderNames.UPGRADE)) {
            String value = writable.get(HeaderNames.UPGRADE).get();
            if (!value.equals(WEBSOCKET) && value.trim().equalsIgnoreCase(WEBSOCKET)) {
                writable.set(HeaderNames.UPGRADE, WEBSOCKET);
            }
        }
    }
}
