package dev.roost.adapter.example;

import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.tck.AdapterContract;
import java.util.Map;

class ExampleAdapterContractTest extends AdapterContract {
    @Override
    protected AdapterFactory factory() {
        return new ExampleAdapterFactory();
    }

    @Override
    protected Map<String, String> settings(String cluster, NodeId node) {
        return Map.of("key", cluster);
    }
}
