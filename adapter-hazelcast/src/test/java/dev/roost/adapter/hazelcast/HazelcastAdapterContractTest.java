package dev.roost.adapter.hazelcast;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.AdapterContract;
import java.util.Map;
import java.util.UUID;

class HazelcastAdapterContractTest extends AdapterContract {
    private final String run = "-" + UUID.randomUUID();
    private final String port = Integer.toString(Ports.free(5));

    @Override
    protected AdapterFactory factory() {
        return new HazelcastAdapterFactory();
    }

    @Override
    protected Map<String, String> settings(String cluster, NodeId node) {
        return Map.of("cluster-name", cluster + run, "port", port, "port-count", "5");
    }

    @Override
    protected void kill(NodeId node) {
        for (HazelcastInstance instance : Hazelcast.getAllHazelcastInstances()) {
            String id = instance.getCluster().getLocalMember().getAttribute(HazelcastTopics.ATTRIBUTE_NODE);
            if (node.toString().equals(id)) {
                instance.getLifecycleService().terminate();
            }
        }
    }

    @Override
    protected void inject(byte[] bytes) {
        Hazelcast.getAllHazelcastInstances()
                .iterator()
                .next()
                .getTopic(new HazelcastTopics("roost").all())
                .publish(bytes);
    }
}
