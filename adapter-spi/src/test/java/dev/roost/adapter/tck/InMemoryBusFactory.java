package dev.roost.adapter.tck;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.ClusterOptions;
import dev.roost.adapter.cluster.ClusterSender;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Makes adapters over {@link InMemoryBus}es; the key {@code network} names the one a node is on. Thread-safe. */
public final class InMemoryBusFactory implements AdapterFactory {
    private final ConcurrentMap<String, InMemoryBus.Network> networks = new ConcurrentHashMap<>();
    private final ClusterOptions options;

    /** A factory of adapters with these limits and times. */
    public InMemoryBusFactory(ClusterOptions options) {
        this.options = options;
    }

    /** Returns the network of that name. */
    public InMemoryBus.Network network(String name) {
        return networks.computeIfAbsent(name, key -> new InMemoryBus.Network());
    }

    @Override
    public String name() {
        return "memory-bus";
    }

    @Override
    public Set<String> keys() {
        return Set.of("network");
    }

    @Override
    public Adapter create(AdapterContext context) {
        InMemoryBus.Network network = network(context.values().getOrDefault("network", ""));
        return new ClusterAdapter(context, network.bus(context.node().id()), options);
    }

    @Override
    public CommandSender createSender(SenderContext context) {
        InMemoryBus.Network network = network(context.values().getOrDefault("network", ""));
        return new ClusterSender(context, network.bus(context.origin().id()));
    }
}
