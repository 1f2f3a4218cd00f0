package dev.roost.server.cluster;

class RedisNodeStreamsConformanceTest extends OnRedis {
    RedisNodeStreamsConformanceTest() {
        super("node-streams");
    }
}
