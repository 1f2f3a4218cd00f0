package dev.roost.adapter.redis;

import dev.roost.adapter.AdapterException;
import dev.roost.adapter.cluster.TtlStore;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Optional;

/** Values that expire, as keys of Redis. Thread-safe: Lettuce's own. */
final class RedisStore implements TtlStore {
    private final RedisCommands<byte[], byte[]> commands;
    private final RedisChannels names;

    RedisStore(RedisCommands<byte[], byte[]> commands, RedisChannels names) {
        this.commands = commands;
        this.names = names;
    }

    @Override
    public void put(String key, byte[] value, Duration ttl) {
        try {
            commands.set(names.stored(key), value, SetArgs.Builder.px(Math.max(1, ttl.toMillis())));
        } catch (RedisException e) {
            throw new AdapterException("cannot store in Redis: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<byte[]> take(String key) {
        try {
            return Optional.ofNullable(commands.getdel(names.stored(key)));
        } catch (RedisException e) {
            throw new AdapterException("cannot take from the store in Redis: " + e.getMessage(), e);
        }
    }
}
