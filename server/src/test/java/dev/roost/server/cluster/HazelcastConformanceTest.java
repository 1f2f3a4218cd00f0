package dev.roost.server.cluster;

import dev.roost.server.launch.RoostProcess;
import java.util.HashMap;
import java.util.Map;

class HazelcastConformanceTest extends ClusterConformance {
    private static final String PREFIX = "socketio.hazelcast.";

    private final Map<String, String> settings = new HashMap<>();

    HazelcastConformanceTest() {
        RoostProcess.hazelcastOnItsOwn().forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                settings.put(key.substring(PREFIX.length()), value.toString());
            }
        });
    }

    @Override
    String adapterName() {
        return "hazelcast";
    }

    @Override
    Map<String, String> settings() {
        return settings;
    }
}
