package dev.roost.server.cluster;

class RedisNodeConformanceTest extends OnRedis {
    RedisNodeConformanceTest() {
        super("node");
    }
}
