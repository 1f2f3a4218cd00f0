package dev.roost.adapter;

import java.util.OptionalLong;

/**
 * What a node shows to have the session of a client that was on another. Immutable.
 *
 * @param namespace of the socket
 * @param pid the client's secret
 * @param owner the node whose log the position is of
 * @param position what the client remembers of the last event it got; empty if nothing
 * @param maxBytes how much the client may have missed at the most
 */
public record SessionClaim(String namespace, String pid, NodeId owner, OptionalLong position, long maxBytes) {
    /** Hides the secret. */
    @Override
    public String toString() {
        return "SessionClaim[namespace=" + namespace + ", owner=" + owner + ", position=" + position + "]";
    }
}
