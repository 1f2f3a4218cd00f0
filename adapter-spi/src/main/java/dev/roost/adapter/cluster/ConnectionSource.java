package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;
import java.util.Set;

/** Which nodes are connected, where the backend does not know its members but can be asked. Thread-safe. */
@FunctionalInterface
public interface ConnectionSource {
    /**
     * Returns those of the nodes that certainly have no connection to the backend now; some may be left out.
     *
     * <p>Asked several times a second, on a virtual thread, and may block. A node that is not connected twice in a row is
     * taken for lost, so that its heartbeats need not be missed first.
     *
     * @throws dev.roost.adapter.AdapterException if the backend cannot be asked at present
     */
    Set<NodeId> unconnected(Set<NodeId> nodes);
}
