package dev.roost.adapter.example;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.AdapterSettings;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.ClusterSender;
import java.util.Set;

/** Makes the adapter {@code example}; the key {@code key} keeps servers apart that share a broker. */
public final class ExampleAdapterFactory implements AdapterFactory {
    static final Broker BROKER = new Broker();

    @Override
    public String name() {
        return "example";
    }

    @Override
    public Set<String> keys() {
        return Set.of("key");
    }

    @Override
    public Adapter create(AdapterContext context) {
        String key = new AdapterSettings(name(), context.values()).text("key", "roost");
        ExampleBus bus = new ExampleBus(BROKER, key, context.node().id());
        return new ClusterAdapter(context, bus);
    }

    @Override
    public CommandSender createSender(SenderContext context) {
        String key = new AdapterSettings(name(), context.values()).text("key", "roost");
        ExampleBus bus = new ExampleBus(BROKER, key, context.origin().id());
        return new ClusterSender(context, bus);
    }
}
