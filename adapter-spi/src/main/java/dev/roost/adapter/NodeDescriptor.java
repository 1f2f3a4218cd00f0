package dev.roost.adapter;

/**
 * What a node tells the others about itself when it joins. Immutable.
 *
 * @param id names the node
 * @param epoch start time in milliseconds since 1970; of two nodes with one id the later start redraws
 * @param address {@code host:port} of the node's internal listener, empty when it has none
 * @param version product version, for operators
 */
public record NodeDescriptor(NodeId id, long epoch, String address, String version) {}
