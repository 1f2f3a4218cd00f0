package dev.roost.adapter.tck;

import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ClusterOptions;
import java.time.Duration;
import java.util.Map;

class InMemoryAdapterContractTest extends AdapterContract {
    private final InMemoryBusFactory factory = new InMemoryBusFactory(
            ClusterOptions.DEFAULT.withHeartbeat(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMillis(50)));

    @Override
    protected AdapterFactory factory() {
        return factory;
    }

    @Override
    protected Map<String, String> settings(String cluster, NodeId node) {
        return Map.of("network", cluster);
    }

    @Override
    protected void kill(NodeId node) {
        factory.network("main").kill(node);
    }

    @Override
    protected void takeMediumAway() {
        factory.network("main").takeAway();
    }

    @Override
    protected void bringMediumBack() {
        factory.network("main").bringBack();
    }

    @Override
    protected void inject(byte[] bytes) {
        factory.network("main").inject(bytes);
    }
}
