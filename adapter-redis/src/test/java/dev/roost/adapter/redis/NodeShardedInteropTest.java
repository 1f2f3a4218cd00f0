package dev.roost.adapter.redis;

import static dev.roost.adapter.redis.NodePeer.PATIENCE;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.junit.jupiter.api.Nested;

/** X07: with {@code createShardedAdapter} of {@code @socket.io/redis-adapter}, in each of its subscription modes. */
class NodeShardedInteropTest {
    @Nested
    class Static extends Rules {
        Static() {
            super("static");
        }
    }

    @Nested
    class Dynamic extends Rules {
        Dynamic() {
            super("dynamic");
        }
    }

    @Nested
    class DynamicPrivate extends Rules {
        DynamicPrivate() {
            super("dynamic-private");
        }
    }

    abstract static class Rules extends EmitterInteropRules {
        private final boolean separate;

        Rules(String subscriptionMode) {
            super(
                    "node-sharded",
                    Map.of("options", Map.of("subscriptionMode", subscriptionMode)),
                    Map.of("subscription-mode", subscriptionMode));
            separate = !subscriptionMode.equals("static");
        }

        @Override
        void occupy(String namespace, String room) {
            super.occupy(namespace, room);
            String channel = PeerChannels.of("socket.io", namespace).of(room);
            await().atMost(PATIENCE)
                    .until(() -> !separate
                            || REDIS.command("PUBSUB", "SHARDNUMSUB", channel).contains(":1\r\n"));
        }
    }
}
