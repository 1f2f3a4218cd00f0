package dev.roost.adapter.cluster;

import org.jspecify.annotations.Nullable;

/**
 * What this node has received from one other node. Confined to the receiving thread.
 *
 * <p>Frames for all nodes and frames for this one are numbered by two counters of the sender. In the first a hole means
 * that messages were lost; in the second it means nothing, since other receivers share the counter.
 */
final class Origin {
    private static final long NOTHING_YET = -1;

    private final long epoch;
    private long heardAt;
    private long askedAt;
    private boolean asked;
    private long nextToAll = NOTHING_YET;
    private long nextToMe = NOTHING_YET;
    private final Reassembly partsToAll;
    private final Reassembly partsToMe;

    Origin(long epoch, int maxMessageBytes) {
        this.epoch = epoch;
        partsToAll = new Reassembly(maxMessageBytes);
        partsToMe = new Reassembly(maxMessageBytes);
    }

    long epoch() {
        return epoch;
    }

    long heardAt() {
        return heardAt;
    }

    void heard(long now) {
        heardAt = now;
    }

    /** Returns true if it may be asked for its descriptor now: once in so many nanoseconds. */
    boolean mayAsk(long now, long interval) {
        if (asked && now - askedAt < interval) {
            return false;
        }
        asked = true;
        askedAt = now;
        return true;
    }

    /** Number of messages lost before a frame for all; 0 if it continues, repeats or is the first. */
    long lostBefore(Frame frame) {
        return frame.target() != null || nextToAll == NOTHING_YET ? 0 : Math.max(0, frame.sequence() - nextToAll);
    }

    /** Takes a frame in and returns how many of its first messages were there before. */
    int advance(Frame frame) {
        long next = frame.target() == null ? nextToAll : nextToMe;
        int known = Math.clamp(next - frame.sequence(), 0, frame.count());
        long after = Math.max(next, frame.sequence() + frame.count());
        if (frame.target() == null) {
            nextToAll = after;
        } else {
            nextToMe = after;
        }
        return known;
    }

    /** Adds a part of a large message; returns the message when this was its last part. */
    byte @Nullable [] part(Frame frame, ClusterMessage.Fragment fragment) throws FrameFormatException {
        return (frame.target() == null ? partsToAll : partsToMe).add(fragment);
    }

    /** Bytes held of messages that are not whole yet. */
    long heldBytes() {
        return partsToAll.heldBytes() + partsToMe.heldBytes();
    }
}
