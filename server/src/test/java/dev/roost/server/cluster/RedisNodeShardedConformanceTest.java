package dev.roost.server.cluster;

class RedisNodeShardedConformanceTest extends OnRedis {
    RedisNodeShardedConformanceTest() {
        super("node-sharded");
    }
}
