package dev.roost.server.cluster;

import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.cluster.ClusterOptions;
import dev.roost.adapter.tck.InMemoryBusFactory;
import java.time.Duration;
import java.util.Map;

class MemoryConformanceTest extends ClusterConformance {
    private final InMemoryBusFactory factory = new InMemoryBusFactory(ClusterOptions.DEFAULT.withHeartbeat(
            Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofMillis(50)));

    @Override
    String adapterName() {
        return factory.name();
    }

    @Override
    Map<String, String> settings() {
        return Map.of("network", "main");
    }

    @Override
    AdapterFactory factory() {
        return factory;
    }
}
