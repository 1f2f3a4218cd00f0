package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.ConnectionSource;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A node without a subscriber to its own channel is not connected. Thread-safe: immutable. */
final class RedisSubscribers implements ConnectionSource {
    private final RedisCommands<byte[], byte[]> redis;
    private final RedisChannels channels;

    RedisSubscribers(RedisCommands<byte[], byte[]> redis, RedisChannels channels) {
        this.redis = redis;
        this.channels = channels;
    }

    @Override
    public Set<NodeId> unconnected(Set<NodeId> nodes) {
        Map<String, NodeId> byChannel = new HashMap<>();
        nodes.forEach(node -> byChannel.put(RedisSubscriber.text(channels.node(node)), node));
        byte[][] names = nodes.stream().map(channels::node).toArray(byte[][]::new);
        Set<NodeId> unconnected = new HashSet<>();
        try {
            redis.pubsubNumsub(names).forEach((channel, subscribers) -> {
                NodeId node = byChannel.get(RedisSubscriber.text(channel));
                if (node != null && subscribers == 0) {
                    unconnected.add(node);
                }
            });
        } catch (RedisException e) {
            throw new AdapterException("cannot ask Redis who is connected: " + Causes.line(e), e);
        }
        return unconnected;
    }
}
