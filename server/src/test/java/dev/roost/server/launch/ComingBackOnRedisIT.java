package dev.roost.server.launch;

import dev.roost.adapter.tck.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("R03, R04, adapter-84 on Redis")
class ComingBackOnRedisIT extends ComingBackElsewhere {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    @Override
    Map<String, Object> newCluster() {
        return Map.of(
                "socketio.adapter", "redis", "socketio.redis.uri", REDIS.uri(), "socketio.redis.key", "coming-back");
    }
}
