package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.Capabilities.Ordering;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.ConnectionSource;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves frames over Redis by publish and subscribe: one channel for all nodes, one per node.
 *
 * <p>Redis keeps the order of one publisher and repeats nothing. What a subscriber misses while it is away is lost;
 * that is reported as one gap when it is back.
 *
 * <p>Every master of a Redis Cluster passes on what is published at it, so nodes may be at different ones. But it has only
 * some of the keys, hence there is no store then. What is lost between masters shows by its numbers only.
 *
 * <p>Frames are sent by {@link RedisPublisher}; whoever misses one sees the gap in the sequence.
 *
 * <p>Thread-safe: volatile references. Frames arrive on Netty's event loop, which never waits here.
 */
final class RedisBus implements ClusterBus {
    private static final int MAX_FRAME_BYTES = 1024 * 1024;

    private final RedisAdapterConfig config;
    private final NodeId node;
    private final Counters counters;
    private final RedisChannels channels;
    private volatile @Nullable RedisConnections connections;
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> commands;
    private volatile @Nullable RedisPublisher publisher;
    private volatile boolean holdsAllKeys;
    private volatile boolean closed;

    RedisBus(RedisAdapterConfig config, NodeId node, Counters counters) {
        this.config = config;
        this.node = node;
        this.counters = counters;
        this.channels = new RedisChannels(config.key());
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Ordering.PER_SENDER, true, false, false, true, MAX_FRAME_BYTES);
    }

    @Override
    public void start(BusEvents events) {
        start(events, true);
    }

    @Override
    public void startSending(BusEvents events) {
        start(events, false);
    }

    private void start(BusEvents events, boolean hear) {
        config.address().warn();
        RedisConnections opened = new RedisConnections(config, (hear ? "roost-" : "roost-emitter-") + node);
        connections = opened;
        try {
            StatefulRedisConnection<byte[], byte[]> sender = opened.commands();
            commands = sender;
            publisher = new RedisPublisher(sender, config.address(), counters);
            // Nobody listens there yet; a server that forbids publishing says so now rather than at every event.
            sender.sync().publish(channels.node(node), new byte[0]);
            holdsAllKeys = hear && !RedisConnections.isOfCluster(sender);
            ConnectionState state =
                    new ConnectionState(new AnnouncedEvents(events, config.address(), () -> closed), hear ? 2 : 0);
            sender.addListener(new LinkListener(() -> state.commands(true), () -> state.commands(false)));
            if (hear) {
                subscribe(opened.subscriber(), new FrameListener(events, state, counters, MAX_FRAME_BYTES), state);
            } else {
                state.commands(true);
            }
        } catch (RedisException e) {
            close();
            throw Causes.unusable(config.address(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new AdapterException("interrupted while it connected to Redis at " + config.address(), e);
        }
        if (closed) {
            close();
            throw new AdapterException("closed while it started");
        }
    }

    private void subscribe(
            StatefulRedisPubSubConnection<byte[], byte[]> subscriber, FrameListener listener, ConnectionState state)
            throws InterruptedException {
        subscriber.addListener(new LinkListener(() -> {}, state::disconnected));
        subscriber.addListener(listener);
        long timeout = config.commandTimeout().toMillis();
        RedisFuture<Void> subscribed = subscriber.async().subscribe(channels.all(), channels.node(node));
        if (!subscribed.await(timeout, TimeUnit.MILLISECONDS) || !listener.awaitSubscribed(timeout)) {
            String error = subscribed.getError();
            throw new RedisException(
                    error != null ? error : "no answer to SUBSCRIBE within " + config.commandTimeout());
        }
    }

    @Override
    public void send(Target target, byte[] frame) {
        RedisPublisher sender = publisher;
        if (closed || sender == null) {
            throw new AdapterException("not connected to Redis at " + config.address());
        }
        sender.publish(channels.of(target), frame);
    }

    /** Not over a Redis Cluster, whose masters know their own subscribers only, nor where Redis forbids to ask. */
    @Override
    public Optional<ConnectionSource> connections() {
        StatefulRedisConnection<byte[], byte[]> connected = commands;
        if (connected == null || !holdsAllKeys) {
            return Optional.empty();
        }
        RedisCommands<byte[], byte[]> redis = connected.sync();
        try {
            redis.pubsubNumsub(channels.node(node));
        } catch (RedisCommandExecutionException forbidden) {
            return Optional.empty();
        } catch (RedisException away) {
            // Whether it is allowed does not depend on that; it is asked again.
        }
        return Optional.of(new RedisSubscribers(redis, channels));
    }

    @Override
    public Optional<TtlStore> store() {
        StatefulRedisConnection<byte[], byte[]> connected = commands;
        return connected == null || !holdsAllKeys
                ? Optional.empty()
                : Optional.of(new RedisStore(connected.sync(), channels));
    }

    @Override
    public void close() {
        closed = true;
        RedisPublisher sender = publisher;
        if (sender != null) {
            sender.closing();
        }
        RedisConnections opened = connections;
        if (opened != null) {
            opened.close();
        }
    }
}
