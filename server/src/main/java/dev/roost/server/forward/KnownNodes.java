package dev.roost.server.forward;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.core.engine.SessionIds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the process a request belongs to by the session id in its query.
 *
 * <p>When suddenly no other process is in sight it is rather the way to them that is broken than all of them: those
 * seen last are still asked then, until one does not answer. If they are gone their ports are closed, and that is found
 * out at once.
 *
 * <p>Thread-safe: a volatile field, the rest immutable.
 */
final class KnownNodes {
    private static final String SID = "sid=";

    private final ClusterView cluster;
    private volatile Set<NodeDescriptor> seen = Set.of();

    KnownNodes(ClusterView cluster) {
        this.cluster = cluster;
    }

    /** Remembers who is there; called about once a second, on any thread. */
    void look() {
        Set<NodeDescriptor> now = cluster.nodes();
        if (now.size() > 1) {
            seen = now;
        }
    }

    /** Those that are out of sight and still asked. */
    List<NodeDescriptor> outOfSight() {
        if (cluster.nodes().size() > 1) {
            return List.of();
        }
        return seen.stream().filter(node -> !node.id().equals(cluster.self())).toList();
    }

    /** One that is out of sight does not answer. */
    void forget(NodeDescriptor node) {
        Set<NodeDescriptor> left = new HashSet<>(seen);
        if (left.remove(node)) {
            seen = Set.copyOf(left);
        }
    }

    /** The other processes in sight, in any order; none for a request of a session. */
    List<NodeDescriptor> forNewcomer(String rawQuery) {
        if (rawQuery.startsWith(SID) || rawQuery.contains("&" + SID)) {
            return List.of();
        }
        List<NodeDescriptor> others = new ArrayList<>(cluster.nodes());
        others.removeIf(
                node -> node.id().equals(cluster.self()) || node.address().isEmpty());
        Collections.shuffle(others);
        return others;
    }

    /** The other process a request is for; null if it is for this one, or for nobody that is known. */
    @Nullable
    NodeDescriptor ownerOf(String rawQuery) {
        String sid = sid(rawQuery);
        NodeId node = sid == null ? null : SessionIds.nodeOf(sid).orElse(null);
        if (node == null || node.equals(cluster.self())) {
            return null;
        }
        return find(node);
    }

    /** The descriptor of another process that can be asked, or null. */
    @Nullable
    NodeDescriptor find(NodeId node) {
        Set<NodeDescriptor> now = cluster.nodes();
        for (NodeDescriptor known : now.size() > 1 ? now : seen) {
            if (known.id().equals(node) && !known.address().isEmpty()) {
                return known;
            }
        }
        return null;
    }

    /** The one session id of a query; null if there is none, or more than one, which is refused where it arrives. */
    private static @Nullable String sid(String rawQuery) {
        String found = null;
        int start = 0;
        while (start < rawQuery.length()) {
            int end = rawQuery.indexOf('&', start);
            if (end < 0) {
                end = rawQuery.length();
            }
            if (rawQuery.startsWith(SID, start)) {
                if (found != null) {
                    return null;
                }
                found = rawQuery.substring(start + SID.length(), end);
            }
            start = end + 1;
        }
        return found;
    }
}
