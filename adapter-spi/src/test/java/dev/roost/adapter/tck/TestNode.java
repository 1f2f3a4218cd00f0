package dev.roost.adapter.tck;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;

/**
 * A node of a test: who it is, what it records, and its reach to the others. Immutable.
 *
 * @param self its descriptor
 * @param local what is asked of it
 * @param adapter the adapter under test
 */
record TestNode(NodeDescriptor self, RecordingNode local, Adapter adapter) {
    NodeId id() {
        return self.id();
    }
}
