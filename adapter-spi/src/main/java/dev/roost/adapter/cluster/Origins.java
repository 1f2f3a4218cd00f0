package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes frames came from, at most so many. Confined to the receiving thread.
 *
 * <p>A node that is silent or gone is kept for a while, so that its frames are not taken a second time when it or a
 * replay comes back.
 */
final class Origins {
    private final int max;
    private final int maxMessageBytes;
    /** In the order they were last heard of, so the first is the one to forget. */
    private final LinkedHashMap<NodeId, Origin> origins = new LinkedHashMap<>(16, 0.75f, true);

    Origins(int max, int maxMessageBytes) {
        this.max = max;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Returns an empty table with the same bounds. */
    Origins another() {
        return new Origins(max, maxMessageBytes);
    }

    /**
     * Finds or makes the entry of a node.
     *
     * @param alive tells members of the cluster, which are not forgotten
     * @return null when the frame must be refused: a younger node uses the id of a living one, or there is no room
     */
    @Nullable
    Origin of(NodeId id, long epoch, long now, Predicate<NodeId> alive) {
        Origin known = origins.get(id);
        if (known != null && known.epoch() == epoch) {
            known.heard(now);
            return known;
        }
        // The older of two living nodes keeps the id. Once it is gone, whoever comes is taken.
        if (known != null && known.epoch() < epoch && alive.test(id)) {
            return null;
        }
        if (known == null && origins.size() >= max && !forgetOne(alive)) {
            return null;
        }
        Origin fresh = new Origin(epoch, maxMessageBytes);
        fresh.heard(now);
        origins.put(id, fresh);
        return fresh;
    }

    /** Forgets nodes silent for so long that are no members. */
    void expire(long now, long silence, Predicate<NodeId> alive) {
        Iterator<Map.Entry<NodeId, Origin>> oldestFirst = origins.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<NodeId, Origin> entry = oldestFirst.next();
            if (now - entry.getValue().heardAt() < silence) {
                return;
            }
            if (!alive.test(entry.getKey())) {
                oldestFirst.remove();
            }
        }
    }

    /** Bytes held of messages that are not whole yet, of all nodes. */
    long heldBytes() {
        long sum = 0;
        for (Origin origin : origins.values()) {
            sum += origin.heldBytes();
        }
        return sum;
    }

    int size() {
        return origins.size();
    }

    private boolean forgetOne(Predicate<NodeId> alive) {
        Iterator<NodeId> oldestFirst = origins.keySet().iterator();
        while (oldestFirst.hasNext()) {
            if (!alive.test(oldestFirst.next())) {
                oldestFirst.remove();
                return true;
            }
        }
        return false;
    }
}
