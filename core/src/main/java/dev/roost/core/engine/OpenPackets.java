package dev.roost.core.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The packets a session starts with; all but the id is made once. Immutable.
 *
 * <p>Spec: engine-io 4.
 */
final class OpenPackets {
    private final String onPolling;
    private final String onWebSocket;
    private final @Nullable OutboundMessage initial;

    OpenPackets(EngineConfig config) {
        boolean upgradable = config.allowUpgrades() && config.transports().contains(Transport.Name.WEBSOCKET);
        this.onPolling = tail(upgradable ? "\"websocket\"" : "", config);
        this.onWebSocket = tail("", config);
        String text = config.initialPacket();
        this.initial = text == null ? null : OutboundMessage.of(("4" + text).getBytes(UTF_8), List.of(), false, true);
    }

    private static String tail(String upgrades, EngineConfig config) {
        return "\",\"upgrades\":[" + upgrades
                + "],\"pingInterval\":" + config.pingInterval().toMillis()
                + ",\"pingTimeout\":" + config.pingTimeout().toMillis()
                + ",\"maxPayload\":" + config.maxPayload() + "}";
    }

    /** The open packet of one session. */
    OutboundMessage open(String sid, Transport.Name transport) {
        return OutboundMessage.control("0{\"sid\":\"" + sid
                + switch (transport) {
                    case POLLING -> onPolling;
                    case WEBSOCKET -> onWebSocket;
                });
    }

    /** The message that follows, if there is one. */
    @Nullable
    OutboundMessage initial() {
        return initial;
    }
}
