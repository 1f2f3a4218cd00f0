package dev.roost.adapter;

import java.util.Map;
import java.util.Optional;

/**
 * What an adapter is made from. Immutable.
 *
 * @param values the settings under {@code socketio.<name>.}, by key
 * @param node this process as the others will see it
 * @param local this process's sockets
 * @param scheduler deadlines of requests and heartbeats
 * @param counters for metrics
 * @param secret shared by all nodes to authenticate frames, if configured
 */
public record AdapterContext(
        Map<String, String> values,
        NodeDescriptor node,
        LocalNode local,
        Scheduler scheduler,
        Counters counters,
        Optional<String> secret) {
    public AdapterContext {
        values = Map.copyOf(values);
    }

    /** Masks the secret and every value, since a value may hold a password. */
    @Override
    public String toString() {
        return "AdapterContext[node=" + node + ", keys=" + values.keySet() + "]";
    }
}
