package dev.roost.server.launch;

import dev.roost.adapter.tck.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("C07, R03, R04 over workers on Redis")
class EveryClientReturnsOnRedisIT extends EveryClientReturns {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    @Override
    Map<String, Object> cluster() {
        return Map.of("socketio.adapter", "redis", "socketio.redis.uri", REDIS.uri());
    }
}
