package dev.roost.core.recovery;

import dev.roost.adapter.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many numbered events each node has sent in one namespace, as far as this node knows.
 *
 * <p>Each node counts its own from 1 on; whoever gets them misses none as long as no number is left out.
 *
 * <p>Guarded by the lock of its log.
 */
public final class Numbers {
    private final Map<NodeId, Long> others = new HashMap<>();
    private long own;

    /** Counts an event of this node. */
    public long next() {
        return ++own;
    }

    /** Number of the last event of this node. */
    public long own() {
        return own;
    }

    /**
     * An event of another node came.
     *
     * @param trusted whether a node that is heard of for the first time may have sent others before
     * @return false if one before it is missing
     */
    public boolean came(NodeId origin, long number, boolean trusted) {
        Long before = others.put(origin, number);
        return before == null ? number == 1 || trusted : number == before + 1;
    }

    /**
     * Another node said the number of its last event.
     *
     * @param trusted whether a node that is heard of for the first time may have sent others before
     * @return false if one is missing
     */
    public boolean announced(NodeId origin, long number, boolean trusted) {
        Long before = others.get(origin);
        if (before != null && before >= number) {
            return true;
        }
        others.put(origin, number);
        return before == null && trusted;
    }

    /** Events of a node may have been lost; it is as if it had not been heard of. */
    public void lost(NodeId origin) {
        others.remove(origin);
    }

    /** Events of all nodes may have been lost. */
    public void lostAll() {
        others.clear();
    }

    /** Number of the last event that came of another node; null if it has not been heard of. */
    public @Nullable Long of(NodeId origin) {
        return others.get(origin);
    }

    /** All numbers, this node's own among them; a copy. */
    public Map<NodeId, Long> all(NodeId self) {
        Map<NodeId, Long> all = new HashMap<>(others);
        all.put(self, own);
        return all;
    }
}
