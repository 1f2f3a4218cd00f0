package dev.roost.adapter.redis;

import java.util.Map;
import org.junit.jupiter.api.Nested;

/** X08, X09: with {@code @socket.io/redis-streams-adapter}, as it comes and with its options. */
class NodeStreamsInteropTest {
    @Nested
    class AsItComes extends EmitterInteropRules {
        AsItComes() {
            super("node-streams", Map.of(), Map.of());
        }
    }

    @Nested
    class WithOptions extends EmitterInteropRules {
        WithOptions() {
            super(
                    "node-streams",
                    Map.of(
                            "options",
                            Map.of(
                                    "streamName",
                                    "events",
                                    "streamCount",
                                    3,
                                    "channelPrefix",
                                    "app",
                                    "useShardedPubSub",
                                    true)),
                    Map.of("stream-name", "events", "stream-count", "3", "key", "app", "sharded-pub-sub", "true"));
        }
    }
}
