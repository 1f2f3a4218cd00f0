package dev.roost.adapter.redis;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.CommandSender;
import dev.roost.adapter.SenderContext;
import dev.roost.adapter.cluster.ClusterAdapter;
import dev.roost.adapter.cluster.ClusterSender;
import java.util.Set;

/**
 * Makes the adapter {@code redis}, over Redis or Valkey.
 *
 * <p>What the nodes say to each other is decided by the key {@code mode}. The keys are those of
 * {@link RedisAdapterConfig}.
 */
public final class RedisAdapterFactory implements AdapterFactory {
    /** For {@link java.util.ServiceLoader}. */
    public RedisAdapterFactory() {}

    @Override
    public String name() {
        return RedisAdapterConfig.NAME;
    }

    @Override
    public Set<String> keys() {
        return RedisAdapterConfig.KEYS;
    }

    @Override
    public Adapter create(AdapterContext context) {
        RedisAdapterConfig config = RedisAdapterConfig.from(context.values());
        return switch (config.mode()) {
            case NATIVE ->
                new ClusterAdapter(context, new RedisBus(config, context.node().id(), context.counters()));
            case NODE, NODE_SHARDED, NODE_STREAMS -> new NodeAdapter(context, config);
        };
    }

    @Override
    public CommandSender createSender(SenderContext context) {
        RedisAdapterConfig config = RedisAdapterConfig.from(context.values());
        return switch (config.mode()) {
            case NATIVE ->
                new ClusterSender(context, new RedisBus(config, context.origin().id(), context.counters()));
            case NODE, NODE_SHARDED, NODE_STREAMS -> new NodeSender(context, config);
        };
    }
}
