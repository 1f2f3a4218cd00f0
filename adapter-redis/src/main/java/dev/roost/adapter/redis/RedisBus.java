package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.Capabilities.Ordering;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Moves frames over Redis by publish and subscribe: one channel for all nodes, one per node.
 *
 * <p>Redis keeps the order of one publisher and repeats nothing. What a subscriber misses while it is away is lost;
 * that is reported as one gap when it is back.
 *
 * <p>A frame is handed over without waiting for the answer, but only a window of them is on its way at a time: then the
 * sender waits. Without a connection a send fails at once. A frame whose answer never comes may or may not have been
 * sent; it is counted, and whoever missed it sees the gap in the sequence.
 *
 * <p>Thread-safe: volatile references. Frames arrive on Netty's event loop, which never waits here.
 */
final class RedisBus implements ClusterBus {
    private static final Logger LOG = System.getLogger(RedisBus.class.getName());
    private static final int MAX_FRAME_BYTES = 1024 * 1024;

    private final RedisAdapterConfig config;
    private final NodeId node;
    private final Counters counters;
    private final RedisChannels channels;
    private final PublishWindow window = new PublishWindow();
    private volatile @Nullable RedisConnections connections;
    private volatile @Nullable StatefulRedisConnection<byte[], byte[]> commands;
    /** Whether the last frame was lost; only the first of several in a row is logged. */
    private final AtomicBoolean failing = new AtomicBoolean();

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
        warn();
        RedisConnections opened = new RedisConnections(config, "roost-" + node);
        connections = opened;
        try {
            StatefulRedisConnection<byte[], byte[]> sender = opened.commands();
            commands = sender;
            // Nobody listens there yet; a server that forbids publishing says so now rather than at every event.
            sender.sync().publish(channels.node(node), new byte[0]);
            ConnectionState state = new ConnectionState(new AnnouncedEvents(events, config.address(), () -> closed), 2);
            sender.addListener(new LinkListener(() -> state.commands(true), () -> state.commands(false)));
            subscribe(opened.subscriber(), new FrameListener(events, state, counters, MAX_FRAME_BYTES), state);
        } catch (RedisException e) {
            close();
            throw new AdapterException("cannot use Redis at " + config.address() + ": " + Causes.line(e), e);
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
        StatefulRedisConnection<byte[], byte[]> sender = commands;
        if (closed || sender == null) {
            throw new AdapterException("not connected to Redis at " + config.address());
        }
        try {
            window.enter(frame.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException("interrupted while it waited for Redis at " + config.address(), e);
        }
        RedisFuture<Long> published;
        try {
            published = sender.async().publish(channels.of(target), frame);
        } catch (RedisException e) {
            window.leave(frame.length);
            throw notSent(e);
        }
        CompletableFuture<Long> answer = published.toCompletableFuture();
        if (answer.isCompletedExceptionally()) {
            window.leave(frame.length);
            throw notSent(answer.exceptionNow());
        }
        // Runs on Netty's event loop, or here if the answer came already; either way it only counts.
        answer.whenComplete((receivers, failure) -> answered(frame.length, failure));
    }

    private void answered(int length, @Nullable Throwable failure) {
        window.leave(length);
        if (failure == null) {
            failing.set(false);
            return;
        }
        counters.add("cluster.redis.publish.lost", 1);
        if (!closed && !failing.getAndSet(true)) {
            LOG.log(Level.WARNING, "Redis at {0} may have lost a frame: {1}", config.address(), Causes.line(failure));
        }
    }

    private AdapterException notSent(Throwable cause) {
        return new AdapterException(
                "cannot publish to Redis at " + config.address() + ": " + Causes.line(cause), cause);
    }

    @Override
    public Optional<TtlStore> store() {
        StatefulRedisConnection<byte[], byte[]> connected = commands;
        return connected == null ? Optional.empty() : Optional.of(new RedisStore(connected.sync(), channels));
    }

    @Override
    public void close() {
        closed = true;
        RedisConnections opened = connections;
        if (opened != null) {
            opened.close();
        }
    }

    private void warn() {
        if (!config.address().encrypted() && !config.address().loopbackOnly()) {
            LOG.log(
                    Level.WARNING,
                    "socketio.redis.uri {0} is not on loopback and has no TLS: everybody on the way can read and"
                            + " forge what the nodes say; use rediss://, and cluster.secret",
                    config.address());
        }
        if (config.address().unverified()) {
            LOG.log(Level.WARNING, "socketio.redis.uri {0} does not verify the server it reaches", config.address());
        }
    }
}
