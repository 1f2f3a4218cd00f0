package dev.roost.adapter.hazelcast;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.tck.ClusterBusContract;
import java.util.Map;
import java.util.UUID;

class HazelcastBusContractTest extends ClusterBusContract {
    private final HazelcastAdapterConfig config = HazelcastAdapterConfig.from(
            Map.of("cluster-name", "test-" + UUID.randomUUID(), "port", "" + Ports.free(4), "port-count", "4"));

    @Override
    protected ClusterBus bus(NodeDescriptor self) {
        return new HazelcastBus(config, self, Counters.NONE);
    }
}
