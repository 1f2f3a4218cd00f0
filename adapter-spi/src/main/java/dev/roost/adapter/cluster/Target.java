package dev.roost.adapter.cluster;

import dev.roost.adapter.NodeId;

/** Whom a frame is for. Immutable. */
public sealed interface Target {
    /** Every node; whether the sender gets its own frame does not matter. */
    record All() implements Target {}

    /** One node. */
    record Node(NodeId id) implements Target {}
}
