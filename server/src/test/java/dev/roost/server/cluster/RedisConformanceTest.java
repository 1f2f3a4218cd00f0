package dev.roost.server.cluster;

class RedisConformanceTest extends OnRedis {
    RedisConformanceTest() {
        super("native");
    }
}
