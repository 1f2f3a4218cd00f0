package dev.roost.adapter.example;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.tck.ClusterBusContract;

class ExampleBusContractTest extends ClusterBusContract {
    private final Broker broker = new Broker();

    @Override
    protected ClusterBus bus(NodeDescriptor self) {
        return new ExampleBus(broker, "test", self.id());
    }

    @Override
    protected void inject(byte[] bytes) {
        broker.publish("test.all", bytes);
    }

    @Override
    protected void takeMediumAway() {
        broker.run(false);
    }

    @Override
    protected void bringMediumBack() {
        broker.run(true);
    }
}
