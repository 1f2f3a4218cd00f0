package dev.roost.adapter.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lettuce, set up to fail fast and to come back soon. Thread-safe: Lettuce's own.
 *
 * <p>By default Lettuce queues commands without bound while Redis is away and sends them when it is back, possibly
 * twice. What waits is decided above the bus, so here a command without a connection fails at once.
 *
 * <p>Lettuce's own resolver of host names is one for the whole JVM and never lets go of its sockets; here each client has
 * one, which ends with it.
 */
final class RedisConnections implements AutoCloseable {
    /** Lettuce's reports of every attempt to reconnect would repeat ours; held, since the JDK forgets loggers. */
    private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

    private static final int REQUEST_QUEUE = 1024;
    private static final Duration RECONNECT_MIN = Duration.ofMillis(50);
    private static final Duration RECONNECT_MAX = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final DnsAddressResolverGroup resolvers = new DnsAddressResolverGroup(new DnsNameResolverBuilder()
            .datagramChannelType(Transports.datagramChannelClass())
            .socketChannelType(Transports.socketChannelClass().asSubclass(SocketChannel.class)));
    private final ClientResources resources;
    private final EventLoopGroup loops;
    private final RedisClient client;
    private final RedisURI uri;
    private final AtomicBoolean closed = new AtomicBoolean();

    RedisConnections(RedisAdapterConfig config, String clientName) {
        if (LETTUCE.getLevel() == null) {
            LETTUCE.setLevel(Level.SEVERE);
        }
        uri = config.address().uri(config.commandTimeout(), clientName);
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .addressResolverGroup(resolvers)
                .reconnectDelay(Delay.equalJitter(RECONNECT_MIN, RECONNECT_MAX, 50, TimeUnit.MILLISECONDS))
                .build();
        // The client lets the loops go when it ends; this keeps them until the resolvers have closed their sockets.
        loops = resources.eventLoopGroupProvider().allocate(Transports.eventLoopGroupClass());
        client = RedisClient.create(resources);
        client.setOptions(options(config));
    }

    /** Connects for commands. */
    StatefulRedisConnection<byte[], byte[]> commands() {
        return client.connect(ByteArrayCodec.INSTANCE, uri);
    }

    /** Connects for subscriptions, apart from the commands, so that a burst of messages does not delay them. */
    StatefulRedisPubSubConnection<byte[], byte[]> subscriber() {
        return client.connectPubSub(ByteArrayCodec.INSTANCE, uri);
    }

    /** Asks a Redis whether it is one of a Redis Cluster; where it forbids to ask it is taken for a single one. */
    static boolean isOfCluster(StatefulRedisConnection<byte[], byte[]> connected) {
        try {
            return connected.sync().info("server").contains("redis_mode:cluster");
        } catch (RedisCommandExecutionException forbidden) {
            return false;
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
        resolvers.close();
        for (EventExecutor loop : loops) {
            // Each closes a socket in a task of its own; this one comes after it.
            loop.submit(() -> {}).awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
        }
        resources
                .shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
    }

    private static ClientOptions options(RedisAdapterConfig config) {
        return ClientOptions.builder()
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(REQUEST_QUEUE)
                .timeoutOptions(TimeoutOptions.enabled(config.commandTimeout()))
                .socketOptions(sockets(config))
                .sslOptions(config.trust().options())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build();
    }

    /** A peer that has vanished without a word is noticed by keep-alive, or while sending by the user timeout. */
    private static SocketOptions sockets(RedisAdapterConfig config) {
        SocketOptions.Builder sockets = SocketOptions.builder()
                .connectTimeout(config.connectTimeout())
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(SILENCE)
                        .interval(Duration.ofSeconds(1))
                        .count(3)
                        .build());
        if (EpollProvider.isAvailable()) {
            sockets.tcpUserTimeout(TcpUserTimeoutOptions.builder()
                    .enable()
                    .tcpUserTimeout(SILENCE)
                    .build());
        }
        return sockets.build();
    }
}
