package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.redis.RedisAdapterConfig.Mode;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection to publish over and one to listen on, for wire formats with channels of their own.
 *
 * <p>Thread-safe: volatile references.
 */
final class RedisLink implements AutoCloseable {
    private final RedisAdapterConfig config;
    private final Counters counters;
    private volatile @Nullable Open open;
    private volatile boolean closed;

    private record Open(
            RedisConnections connections,
            StatefulRedisConnection<byte[], byte[]> commands,
            RedisPublisher publisher,
            @Nullable RedisSubscriber subscriber) {}

    RedisLink(RedisAdapterConfig config, Counters counters) {
        this.config = config;
        this.counters = counters;
    }

    /**
     * Connects.
     *
     * @param events told of gaps and of the state of the connections, never of frames
     * @throws AdapterException if Redis cannot be reached, forbids to publish, or is none the mode can use
     */
    void start(String clientName, byte[] probe, BusEvents events) {
        start(clientName, probe, events, true);
    }

    /**
     * Connects, to publish only.
     *
     * @throws AdapterException if Redis cannot be reached, forbids to publish, or is none the mode can use
     */
    void startSending(String clientName, byte[] probe, BusEvents events) {
        start(clientName, probe, events, false);
    }

    private void start(String clientName, byte[] probe, BusEvents events, boolean hear) {
        RedisConnections connections = new RedisConnections(config, clientName);
        try {
            StatefulRedisConnection<byte[], byte[]> commands = connections.commands();
            // Nobody listens there yet; a server that forbids publishing says so now rather than at every event.
            commands.sync().publish(probe, new byte[0]);
            if (config.mode() != Mode.NODE && RedisConnections.isOfCluster(commands)) {
                throw new RedisException("it is one of a Redis Cluster, which the mode "
                        + config.mode().text() + " cannot use; use a single Redis or Sentinels");
            }
            ConnectionState state = new ConnectionState(new AnnouncedEvents(events, config.address(), () -> closed), 1);
            commands.addListener(new LinkListener(() -> state.commands(true), () -> state.commands(false)));
            open = new Open(
                    connections,
                    commands,
                    new RedisPublisher(commands, config.address(), counters),
                    hear ? new RedisSubscriber(connections.subscriber(), state) : null);
        } catch (RedisException e) {
            connections.close();
            throw Causes.unusable(config.address(), e);
        }
        if (closed) {
            close();
            throw new AdapterException("closed while it started");
        }
    }

    RedisPublisher publisher() {
        return opened().publisher();
    }

    RedisSubscriber subscriber() {
        return Objects.requireNonNull(opened().subscriber(), "connected to publish only");
    }

    /** Publishes a message; a volatile one is dropped if it had to wait. */
    void send(NodeFormat.Outgoing message, boolean isVolatile) {
        send(
                message.message().length,
                isVolatile,
                connected -> message.kind().publish(connected, message.channel(), message.message()));
    }

    /** Sends a command that carries a message; a volatile one is dropped if it had to wait. */
    <T> void send(
            int length, boolean isVolatile, Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<T>> command) {
        if (!isVolatile) {
            publisher().send(length, command);
        } else if (!publisher().trySend(length, command)) {
            counters.add("cluster.messages.dropped", 1);
        }
    }

    /** Publishes a question and counts who listens on its channel. */
    CompletionStage<Long> ask(PubSub kind, byte[] channel, byte[] question) {
        return sum(publisher().send(question.length, connected -> {
            kind.publish(connected, channel, question);
            return kind.count(connected, channel);
        }));
    }

    /** Counts who listens on a channel. */
    CompletionStage<Long> listeners(PubSub kind, byte[] channel) {
        return sum(kind.count(opened().commands(), channel));
    }

    /** Names the channels of a pattern that somebody listens on. */
    CompletionStage<List<String>> channels(PubSub kind, String pattern) {
        return kind.channels(opened().commands(), NodeChannels.bytes(pattern))
                .thenApply(names -> names.stream()
                        .map(name -> new String(name, StandardCharsets.UTF_8))
                        .toList());
    }

    /** Connects once more, for a reader that waits on the connection. */
    StatefulRedisConnection<byte[], byte[]> reader() {
        return opened().connections().commands();
    }

    private static CompletionStage<Long> sum(CompletionStage<Map<byte[], Long>> counts) {
        return counts.thenApply(
                each -> each.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Waits for an answer of Redis; nothing if it fails or does not come in time. */
    <T> Optional<T> get(CompletionStage<T> answer) {
        try {
            return Optional.ofNullable(
                    answer.toCompletableFuture().get(config.commandTimeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        closed = true;
        Open connected = open;
        if (connected != null) {
            connected.publisher().closing();
            connected.connections().close();
        }
    }

    /** What fails from now on is no news. */
    void closing() {
        closed = true;
    }

    private Open opened() {
        Open connected = open;
        if (connected == null) {
            throw new AdapterException("not connected to Redis at " + config.address());
        }
        return connected;
    }
}
