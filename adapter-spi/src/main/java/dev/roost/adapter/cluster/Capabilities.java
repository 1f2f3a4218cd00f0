package dev.roost.adapter.cluster;

/**
 * What a backend guarantees. Immutable.
 *
 * @param ordering order in which a node receives frames
 * @param unicast true if a frame for one node reaches only that node
 * @param mayDuplicate true if a frame may arrive twice
 * @param nativeMembership true if {@link ClusterBus#membership()} is present
 * @param signalsGaps true if every possible loss is reported by {@link BusEvents#onGap}
 * @param maxFrameBytes largest frame it carries
 */
public record Capabilities(
        Ordering ordering,
        boolean unicast,
        boolean mayDuplicate,
        boolean nativeMembership,
        boolean signalsGaps,
        int maxFrameBytes) {
    /** Order in which a node receives frames. */
    public enum Ordering {
        /** Any order. */
        NONE,
        /** The frames of one sender in the order it sent them. */
        PER_SENDER,
        /** One order for all. */
        TOTAL
    }
}
