package dev.roost.adapter;

import java.util.Map;
import java.util.Optional;

/**
 * What a {@link CommandSender} is made from. Immutable.
 *
 * @param values the settings under {@code socketio.<name>.}, by key
 * @param origin names the sender in what it sends; nobody knows it as a node
 * @param counters for metrics. What was taken and may not have been sent after all is added to a counter whose name ends
 *     in {@code .lost}
 * @param secret shared with all nodes to authenticate frames, if configured
 */
public record SenderContext(
        Map<String, String> values, NodeDescriptor origin, Counters counters, Optional<String> secret) {
    public SenderContext {
        values = Map.copyOf(values);
    }

    /** Masks the secret and every value, since a value may hold a password. */
    @Override
    public String toString() {
        return "SenderContext[origin=" + origin + ", keys=" + values.keySet() + "]";
    }
}
