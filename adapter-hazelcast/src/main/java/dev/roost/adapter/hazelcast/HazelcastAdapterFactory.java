package dev.roost.adapter.hazelcast;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.ClusterSender;
import java.util.Set;

/**
 * Makes the adapter {@code hazelcast}.
 *
 * <p>By default every server process is itself a member of a Hazelcast cluster and needs nothing beside it; with
 * {@code mode} {@code client} it uses a Hazelcast cluster that somebody else runs. The keys are those of
 * {@link HazelcastAdapterConfig}.
 *
 * <p>The open-source Hazelcast has no TLS and no passwords: whoever reaches a member's port and knows the cluster's
 * name is in. Hence members bind to loopback unless {@code bind-address} says otherwise, and a network that is shared
 * with others needs a tunnel.
 */
public final class HazelcastAdapterFactory implements AdapterFactory {
    /** For {@link java.util.ServiceLoader}. */
    public HazelcastAdapterFactory() {}

    @Override
    public String name() {
        return HazelcastAdapterConfig.NAME;
    }

    @Override
    public Set<String> keys() {
        return HazelcastAdapterConfig.KEYS;
    }

    @Override
    public Adapter create(AdapterContext context) {
        HazelcastAdapterConfig config = HazelcastAdapterConfig.from(context.values());
        return new ClusterAdapter(context, new HazelcastBus(config, context.node(), context.counters()));
    }

    @Override
    public CommandSender createSender(SenderContext context) {
        HazelcastAdapterConfig config = HazelcastAdapterConfig.from(context.values());
        return new ClusterSender(context, new HazelcastBus(config, context.origin(), context.counters()));
    }
}
