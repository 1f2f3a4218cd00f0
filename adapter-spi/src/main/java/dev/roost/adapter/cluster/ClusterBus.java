package dev.roost.adapter.cluster;

import java.util.Optional;

/**
 * What a backend implements: moving opaque bytes between nodes.
 *
 * <p>Everything else (message codec, batching, sequence numbers, duplicates, gaps, requests, acks, heartbeats) is in
 * {@link ClusterAdapter}. Methods may block and are called on virtual threads.
 */
public interface ClusterBus extends AutoCloseable {
    /** Says what this backend guarantees. Constant. */
    Capabilities capabilities();

    /**
     * Connects and subscribes; ready to receive when it returns.
     *
     * @throws dev.roost.adapter.AdapterException if the backend cannot be reached
     */
    void start(BusEvents events);

    /**
     * Connects for a process that is no node: it sends to all nodes and hears nothing. Called instead of {@link #start};
     * a backend that can leave out the subscriptions, and itself from the members, does so.
     *
     * @throws dev.roost.adapter.AdapterException if the backend cannot be reached
     */
    default void startSending(BusEvents events) {
        start(events);
    }

    /**
     * Hands a frame to the transport; blocking is back-pressure. Called by one thread at a time.
     *
     * @throws dev.roost.adapter.AdapterException if the frame certainly was not sent
     */
    void send(Target target, byte[] frame);

    /** Returns who is in the cluster, where the backend knows by itself. */
    default Optional<MembershipSource> membership() {
        return Optional.empty();
    }

    /** Returns who is connected, where the backend can be asked; without it a node that dies is missed by its silence. */
    default Optional<ConnectionSource> connections() {
        return Optional.empty();
    }

    /** Returns a store with expiry, where the backend has one. */
    default Optional<TtlStore> store() {
        return Optional.empty();
    }

    /** Returns a durable log of frames, where the backend has one. */
    default Optional<HistoryLog> history() {
        return Optional.empty();
    }

    /** Disconnects and frees everything. Idempotent. */
    @Override
    void close();
}
