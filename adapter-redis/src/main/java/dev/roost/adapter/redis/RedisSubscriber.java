package dev.roost.adapter.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The channels and patterns this process listens to, which come and go while it runs.
 *
 * <p>Lettuce subscribes anew after a reconnect to what Redis had confirmed before; what was asked for or taken back while
 * there was no connection is made good by {@link #retry}.
 *
 * <p>Thread-safe: guarded by its own lock. Messages and confirmations come on Netty's event loop, which never waits here.
 */
final class RedisSubscriber extends RedisPubSubAdapter<byte[], byte[]> {
    /** Takes the messages of a channel or pattern, on Netty's event loop. */
    @FunctionalInterface
    interface Listener {
        void message(String channel, byte[] message);
    }

    /** Ways to subscribe. */
    private enum Kind {
        CHANNEL,
        PATTERN,
        SHARD
    }

    /** What can be subscribed to. */
    private record Name(String text, Kind kind) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private record Wanted(Listener listener, CompletableFuture<Void> confirmed) {}

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final ConnectionState state;
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order they were asked for. */
    @GuardedBy("lock")
    private final Map<Name, Wanted> wanted = new LinkedHashMap<>();

    @GuardedBy("lock")
    private final Set<Name> confirmed = new HashSet<>();

    @GuardedBy("lock")
    private final Map<Name, CompletableFuture<Void>> leaving = new LinkedHashMap<>();

    /**
     * Takes a connection.
     *
     * @param state one channel stands for all that are wanted here
     */
    RedisSubscriber(StatefulRedisPubSubConnection<byte[], byte[]> connection, ConnectionState state) {
        this.connection = connection;
        this.state = state;
        connection.addListener(new LinkListener(() -> {}, this::disconnected));
        connection.addListener(this);
    }

    /** Listens to a channel; complete when Redis has confirmed it. */
    CompletionStage<Void> subscribe(PubSub kind, String channel, Listener listener) {
        return want(new Name(channel, kind(kind)), listener);
    }

    /** Listens to all channels of a pattern; complete when Redis has confirmed it. */
    CompletionStage<Void> subscribePattern(String pattern, Listener listener) {
        return want(new Name(pattern, Kind.PATTERN), listener);
    }

    /** Listens no longer; complete when Redis has confirmed it. */
    CompletionStage<Void> unsubscribe(PubSub kind, String channel) {
        return leave(new Name(channel, kind(kind)));
    }

    /** Listens no longer to a pattern. */
    CompletionStage<Void> unsubscribePattern(String pattern) {
        return leave(new Name(pattern, Kind.PATTERN));
    }

    /** Asks again for what Redis has not confirmed. */
    void retry() {
        List<Name> missing = new ArrayList<>();
        List<Name> left;
        lock.lock();
        try {
            for (Name name : wanted.keySet()) {
                if (!confirmed.contains(name)) {
                    missing.add(name);
                }
            }
            left = List.copyOf(leaving.keySet());
        } finally {
            lock.unlock();
        }
        missing.forEach(this::ask);
        left.forEach(this::takeBack);
    }

    private CompletionStage<Void> want(Name name, Listener listener) {
        Wanted entry = new Wanted(listener, new CompletableFuture<>());
        lock.lock();
        try {
            wanted.put(name, entry);
            leaving.remove(name);
        } finally {
            lock.unlock();
        }
        ask(name);
        return entry.confirmed();
    }

    private CompletionStage<Void> leave(Name name) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lock.lock();
        try {
            if (wanted.remove(name) == null) {
                return CompletableFuture.completedStage(null);
            }
            confirmed.remove(name);
            leaving.put(name, done);
        } finally {
            lock.unlock();
        }
        takeBack(name);
        return done;
    }

    private void ask(Name name) {
        send(() -> {
            switch (name.kind()) {
                case CHANNEL -> connection.async().subscribe(name.bytes());
                case PATTERN -> connection.async().psubscribe(name.bytes());
                case SHARD -> connection.async().ssubscribe(name.bytes());
            }
        });
    }

    private void takeBack(Name name) {
        send(() -> {
            switch (name.kind()) {
                case CHANNEL -> connection.async().unsubscribe(name.bytes());
                case PATTERN -> connection.async().punsubscribe(name.bytes());
                case SHARD -> connection.async().sunsubscribe(name.bytes());
            }
        });
    }

    /** Sends without waiting; what fails is sent again by {@link #retry}. */
    private static void send(Runnable command) {
        try {
            command.run();
        } catch (RedisException unreachable) {
            return;
        }
    }

    private static Kind kind(PubSub kind) {
        return switch (kind) {
            case PLAIN -> Kind.CHANNEL;
            case SHARDED -> Kind.SHARD;
        };
    }

    private void disconnected() {
        lock.lock();
        try {
            confirmed.clear();
        } finally {
            lock.unlock();
        }
        state.disconnected();
    }

    private void confirmed(Name name) {
        Wanted entry;
        boolean complete;
        lock.lock();
        try {
            entry = wanted.get(name);
            if (entry != null) {
                confirmed.add(name);
            }
            complete = confirmed.size() == wanted.size();
        } finally {
            lock.unlock();
        }
        if (entry == null) {
            takeBack(name);
            return;
        }
        entry.confirmed().complete(null);
        if (complete) {
            state.subscribed();
        }
    }

    private void left(Name name) {
        CompletableFuture<Void> done;
        lock.lock();
        try {
            done = leaving.remove(name);
        } finally {
            lock.unlock();
        }
        if (done != null) {
            done.complete(null);
        }
    }

    private void received(Name name, String channel, byte[] message) {
        @Nullable Wanted entry;
        lock.lock();
        try {
            entry = wanted.get(name);
        } finally {
            lock.unlock();
        }
        if (entry != null) {
            entry.listener().message(channel, message);
        }
    }

    @Override
    public void message(byte[] channel, byte[] message) {
        received(name(channel, Kind.CHANNEL), text(channel), message);
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] message) {
        received(name(pattern, Kind.PATTERN), text(channel), message);
    }

    @Override
    public void smessage(byte[] channel, byte[] message) {
        received(name(channel, Kind.SHARD), text(channel), message);
    }

    @Override
    public void subscribed(byte[] channel, long count) {
        confirmed(name(channel, Kind.CHANNEL));
    }

    @Override
    public void psubscribed(byte[] pattern, long count) {
        confirmed(name(pattern, Kind.PATTERN));
    }

    @Override
    public void ssubscribed(byte[] channel, long count) {
        confirmed(name(channel, Kind.SHARD));
    }

    @Override
    public void unsubscribed(byte[] channel, long count) {
        left(name(channel, Kind.CHANNEL));
    }

    @Override
    public void punsubscribed(byte[] pattern, long count) {
        left(name(pattern, Kind.PATTERN));
    }

    @Override
    public void sunsubscribed(byte[] channel, long count) {
        left(name(channel, Kind.SHARD));
    }

    private static Name name(byte[] bytes, Kind kind) {
        return new Name(text(bytes), kind);
    }

    /** Returns the name of a channel as text. */
    static String text(byte[] name) {
        return new String(name, StandardCharsets.UTF_8);
    }
}
