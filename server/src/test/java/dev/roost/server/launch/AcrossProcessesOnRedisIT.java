package dev.roost.server.launch;

import dev.roost.adapter.tck.RedisServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;

class AcrossProcessesOnRedisIT extends AcrossProcesses {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private final AtomicInteger clusters = new AtomicInteger();

    @Override
    Map<String, Object> newCluster() {
        return Map.of(
                "socketio.adapter",
                "redis",
                "socketio.redis.uri",
                REDIS.uri(),
                "socketio.redis.key",
                "across-" + clusters.incrementAndGet());
    }
}
