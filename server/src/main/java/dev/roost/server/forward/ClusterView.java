package dev.roost.server.forward;

import dev.roost.adapter.Counters;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import java.util.Set;

/** What one engine knows of the processes of its cluster. Thread-safe; no method blocks. */
public interface ClusterView {
    /** This process; may change until the cluster is joined. */
    NodeId self();

    /** All processes known to be alive; empty before the cluster is joined. */
    Set<NodeDescriptor> nodes();

    /** Where forwarded requests are counted. */
    Counters counters();
}
