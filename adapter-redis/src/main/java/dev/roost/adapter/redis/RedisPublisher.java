package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.Counters;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Publishes without waiting for the answers, but only a window of messages is on its way at a time: then the sender
 * waits. Without a connection it fails at once. A message whose answer never comes may or may not have been sent; it is
 * counted.
 *
 * <p>Thread-safe: a semaphore and volatile references.
 */
final class RedisPublisher {
    private static final Logger LOG = System.getLogger(RedisPublisher.class.getName());

    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final RedisAddress address;
    private final Counters counters;
    private final PublishWindow window = new PublishWindow();
    /** Whether the last message was lost; only the first of several in a row is logged. */
    private final AtomicBoolean failing = new AtomicBoolean();

    private volatile boolean closed;

    RedisPublisher(StatefulRedisConnection<byte[], byte[]> connection, RedisAddress address, Counters counters) {
        this.connection = connection;
        this.address = address;
        this.counters = counters;
    }

    /**
     * Publishes on a channel, waiting for room in the window.
     *
     * @throws AdapterException if it was not sent
     */
    void publish(byte[] channel, byte[] message) {
        send(message.length, connected -> PubSub.PLAIN.publish(connected, channel, message));
    }

    /**
     * Sends any command that carries a message, waiting for room in the window.
     *
     * @throws AdapterException if it was not sent
     */
    <T> CompletionStage<T> send(int length, Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<T>> command) {
        try {
            window.enter(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdapterException("interrupted while it waited for Redis at " + address, e);
        }
        return entered(length, command);
    }

    /** Sends any command if there is room in the window now; false if not. */
    <T> boolean trySend(int length, Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<T>> command) {
        if (!window.tryEnter(length)) {
            return false;
        }
        entered(length, command);
        return true;
    }

    private <T> CompletionStage<T> entered(
            int length, Function<StatefulRedisConnection<byte[], byte[]>, RedisFuture<T>> command) {
        CompletableFuture<T> answer;
        try {
            answer = command.apply(connection).toCompletableFuture();
        } catch (RedisException e) {
            window.leave(length);
            throw notSent(e);
        }
        if (answer.isCompletedExceptionally()) {
            window.leave(length);
            throw notSent(answer.exceptionNow());
        }
        // Runs on Netty's event loop, or here if the answer came already; either way it only counts.
        return answer.whenComplete((receivers, failure) -> answered(length, failure));
    }

    /** Gives what is on its way a moment; from then on what fails is not worth a line in the log. */
    void closing() {
        if (!closed) {
            try {
                window.awaitEmpty(LAST_ANSWERS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closed = true;
    }

    private void answered(int length, @Nullable Throwable failure) {
        window.leave(length);
        if (failure == null) {
            failing.set(false);
            return;
        }
        counters.add("cluster.redis.publish.lost", 1);
        if (!closed && !failing.getAndSet(true)) {
            LOG.log(Level.WARNING, "Redis at {0} may have lost a message: {1}", address, Causes.line(failure));
        }
    }

    private AdapterException notSent(Throwable cause) {
        return new AdapterException("cannot publish to Redis at " + address + ": " + Causes.line(cause), cause);
    }
}
