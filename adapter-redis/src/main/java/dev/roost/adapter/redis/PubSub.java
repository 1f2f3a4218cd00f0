package dev.roost.adapter.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import java.util.Map;

/** The two kinds of channels Redis has; what is published on one kind is not heard on the other. */
enum PubSub {
    /** Of the whole cluster. */
    PLAIN {
        @Override
        RedisFuture<Long> publish(StatefulRedisConnection<byte[], byte[]> to, byte[] channel, byte[] message) {
            return to.async().publish(channel, message);
        }

        @Override
        RedisFuture<Map<byte[], Long>> count(StatefulRedisConnection<byte[], byte[]> at, byte[] channel) {
            return at.async().pubsubNumsub(channel);
        }

        @Override
        RedisFuture<List<byte[]>> channels(StatefulRedisConnection<byte[], byte[]> at, byte[] pattern) {
            return at.async().pubsubChannels(pattern);
        }
    },
    /** Of one shard, which the name of the channel decides. */
    SHARDED {
        @Override
        RedisFuture<Long> publish(StatefulRedisConnection<byte[], byte[]> to, byte[] channel, byte[] message) {
            return to.async().spublish(channel, message);
        }

        @Override
        RedisFuture<Map<byte[], Long>> count(StatefulRedisConnection<byte[], byte[]> at, byte[] channel) {
            return at.async().pubsubShardNumsub(channel);
        }

        @Override
        RedisFuture<List<byte[]>> channels(StatefulRedisConnection<byte[], byte[]> at, byte[] pattern) {
            return at.async().pubsubShardChannels(pattern);
        }
    };

    /** Sends a message to all who listen on a channel. */
    abstract RedisFuture<Long> publish(StatefulRedisConnection<byte[], byte[]> to, byte[] channel, byte[] message);

    /** Counts who listens on a channel. */
    abstract RedisFuture<Map<byte[], Long>> count(StatefulRedisConnection<byte[], byte[]> at, byte[] channel);

    /** Names the channels of a pattern that somebody listens on. */
    abstract RedisFuture<List<byte[]>> channels(StatefulRedisConnection<byte[], byte[]> at, byte[] pattern);
}
