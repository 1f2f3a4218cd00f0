package dev.roost.adapter.hazelcast;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.cluster.TtlStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Values that expire, in a map of members that run elsewhere; times are rounded up to seconds there.
 *
 * <p>Thread-safe: Hazelcast's own.
 */
final class HazelcastStore implements TtlStore {
    private final HazelcastInstance instance;
    private final String name;

    HazelcastStore(HazelcastInstance instance, String name) {
        this.instance = instance;
        this.name = name;
    }

    @Override
    public void put(String key, byte[] value, Duration ttl) {
        try {
            map().set(key, value, Math.max(1, ttl.toMillis()), TimeUnit.MILLISECONDS);
        } catch (HazelcastException | IllegalStateException e) {
            throw new AdapterException("cannot store in Hazelcast: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<byte[]> take(String key) {
        try {
            return map().remove(key) instanceof byte[] value ? Optional.of(value) : Optional.empty();
        } catch (HazelcastException | IllegalStateException e) {
            throw new AdapterException("cannot take from the store in Hazelcast: " + e.getMessage(), e);
        }
    }

    private IMap<String, Object> map() {
        return instance.getMap(name);
    }
}
