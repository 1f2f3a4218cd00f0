package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeDescriptor;
import java.util.Set;
import java.util.function.Consumer;

/** Who is in the cluster, as the backend itself knows it. Thread-safe. */
public interface MembershipSource {
    /** Returns all members, this node included. */
    Set<NodeDescriptor> current();

    /**
     * Registers for changes; the listener gets the whole membership after each and must not block.
     *
     * <p>It is called at once with the current membership.
     */
    void listen(Consumer<Set<NodeDescriptor>> listener);
}
