package dev.roost.adapter.tck;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.ClusterBus;

class InMemoryBusContractTest extends ClusterBusContract {
    private final InMemoryBus.Network network = new InMemoryBus.Network();

    @Override
    protected ClusterBus bus(NodeDescriptor self) {
        return network.bus(self.id());
    }

    @Override
    protected void inject(byte[] bytes) {
        network.inject(bytes);
    }

    @Override
    protected void takeMediumAway() {
        network.takeAway();
    }

    @Override
    protected void bringMediumBack() {
        network.bringBack();
    }
}
