package dev.roost.server.client;

import java.util.List;

/** What a client may use: one transport, or polling that becomes a WebSocket. */
public enum Transports {
    POLLING(List.of("polling")),
    WEBSOCKET(List.of("websocket")),
    POLLING_THEN_UPGRADE(List.of("polling", "websocket"));

    private final List<String> names;

    Transports(List<String> names) {
        this.names = names;
    }

    public List<String> names() {
        return names;
    }
}
