package dev.roost.server.cluster;

import dev.roost.adapter.tck.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules over a Redis of the class's own, in one of the modes. */
abstract class OnRedis extends ClusterConformance {
    @RegisterExtension
    static final RedisServer REDIS = new RedisServer();

    private final String mode;

    OnRedis(String mode) {
        this.mode = mode;
    }

    @Override
    String adapterName() {
        return "redis";
    }

    @Override
    Map<String, String> settings() {
        return Map.of("uri", REDIS.uri(), "mode", mode);
    }

    @Override
    boolean sessionsTravel() {
        return mode.equals("native") || mode.equals("node-streams");
    }
}
