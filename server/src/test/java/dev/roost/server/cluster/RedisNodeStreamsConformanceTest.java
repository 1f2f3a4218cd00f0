package dev.roost.server.cluster;

import java.util.List;

class RedisNodeStreamsConformanceTest extends OnRedis {
    RedisNodeStreamsConformanceTest() {
        super("node-streams");
    }

    /** Here they are ids of entries. */
    @Override
    List<String> unknownOffsets() {
        return List.of("\"0-0\"", "\"1-1\"");
    }

    /** An id in the future is none either. */
    @Override
    List<String> malformedOffsets() {
        return List.of("\"\"", "\"000000071\"", "\"$\"", "1", "{}", "\"9999999999999-0\"");
    }
}
