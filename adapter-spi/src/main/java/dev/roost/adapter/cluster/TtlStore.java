package dev.roost.adapter.cluster;

import java.time.Duration;
import java.util.Optional;

/** Small values that expire; survives the node that stored them. Thread-safe; methods may block. */
public interface TtlStore {
    /** Stores a value until it is taken or the time has passed. */
    void put(String key, byte[] value, Duration ttl);

    /** Removes and returns a value; of several callers at most one gets it. */
    Optional<byte[]> take(String key);
}
