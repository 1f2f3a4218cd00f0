package dev.roost.adapter.tck;

import dev.roost.adapter.cluster.TtlStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/** Values that expire, for the nodes of one JVM. Thread-safe. */
public final class InMemoryStore implements TtlStore {
    private final ConcurrentMap<String, Stored> values = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    private record Stored(byte[] value, long expiresAt) {}

    /** An empty store with the clock of the system. */
    public InMemoryStore() {
        this(System::nanoTime);
    }

    /** An empty store with a clock of its own. */
    public InMemoryStore(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void put(String key, byte[] value, Duration ttl) {
        values.put(key, new Stored(value.clone(), nanoTime.getAsLong() + ttl.toNanos()));
    }

    @Override
    public Optional<byte[]> take(String key) {
        return Optional.ofNullable(values.remove(key))
                .filter(stored -> stored.expiresAt() - nanoTime.getAsLong() > 0)
                .map(Stored::value);
    }

    /** How many values are there, those that have expired among them. */
    public int size() {
        return values.size();
    }
}
