package dev.roost.server.launch;

import java.util.HashMap;
import java.util.Map;

/**
 * Flat keys of several sources, the later hiding the earlier. Confined to one thread.
 *
 * <p>A list is one value: {@code a.0} and {@code a.1} of one source are hidden together by {@code a} or {@code a.0} of
 * another.
 */
final class ConfigLayers {
    private final Map<String, String> merged = new HashMap<>();

    void add(Map<String, String> layer) {
        for (String key : layer.keySet()) {
            String list = list(key);
            merged.keySet().removeIf(older -> list(older).equals(list));
        }
        merged.putAll(layer);
    }

    Map<String, String> values() {
        return merged;
    }

    /** The key without the number of an element. */
    private static String list(String key) {
        int dot = key.lastIndexOf('.');
        boolean element = dot > 0
                && dot < key.length() - 1
                && key.substring(dot + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return element ? key.substring(0, dot) : key;
    }
}
