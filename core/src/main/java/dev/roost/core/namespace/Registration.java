package dev.roost.core.namespace;

/** A listener or middleware that was registered. Thread-safe. */
@FunctionalInterface
public interface Registration {
    /** Removes it; calls that are under way end as they would. Idempotent. */
    void off();
}
