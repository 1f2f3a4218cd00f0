package dev.roost.server.websocket;

import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the WebSockets of one loop have in common. Confined to the loop, but for its final fields. */
final class LoopShare {
    final Reactor loop;
    final WebSocketConfig config;
    final FrameLimits limits;
    /** Where a session's batch is gathered while it is turned into frames. */
    final List<OutboundMessage> batch = new ArrayList<>();

    private @Nullable Deflate deflate;

    LoopShare(Reactor loop, WebSocketConfig config) {
        this.loop = loop;
        this.config = config;
        this.limits = FrameLimits.of(config.maxPayloadBytes());
    }

    /** The codec of connections that negotiated compression. */
    Deflate deflate() {
        Deflate present = deflate;
        if (present == null) {
            WebSocketConfig.Compression compression = config.compression();
            if (compression == null) {
                throw new IllegalStateException("compression was negotiated but is not configured");
            }
            present = new Deflate(compression.thresholdBytes(), compression.level());
            deflate = present;
        }
        return present;
    }
}
