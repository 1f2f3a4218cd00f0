package dev.roost.adapter.cluster;

/** How a bus is doing. */
public enum BusState {
    /** Frames flow. */
    UP,
    /** Frames flow, with losses or delays. */
    DEGRADED,
    /** Nothing can be sent. */
    DOWN
}
