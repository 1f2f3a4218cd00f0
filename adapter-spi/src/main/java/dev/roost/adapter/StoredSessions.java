package dev.roost.adapter;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where sessions stay while no node is there.
 *
 * <p>Thread-safe. Methods may block; what cannot be done is reported by the result, not thrown.
 */
public interface StoredSessions {
    /**
     * Stores a session until it is taken or its client may no longer be away.
     *
     * @return false if that is not possible
     */
    boolean put(SessionHandover session);

    /** Removes and returns a session; of several callers at most one gets it. */
    Optional<SessionHandover> take(String namespace, String pid);

    /**
     * The last node goes. It says how many numbered events each node had sent in each namespace, so that it can be told
     * later whether any was sent after a session was stored.
     */
    void rest(Map<String, Map<NodeId, Long>> numbers, Duration ttl);

    /**
     * A node has come. Whoever calls this first after {@link #rest} gets what was said there: it has heard everything
     * since, as every node calls this when it hears the others already and has sent nothing yet.
     */
    Optional<Map<String, Map<NodeId, Long>>> wake();
}
