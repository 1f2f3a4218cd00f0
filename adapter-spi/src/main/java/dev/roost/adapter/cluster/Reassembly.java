package dev.roost.adapter.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Puts a message together from its parts, which come in order. Confined to the receiving thread.
 *
 * <p>Memory grows with what has arrived, never with what was announced.
 */
final class Reassembly {
    private final int maxBytes;
    private @Nullable ByteWriter parts;
    private long group;
    private int nextIndex;
    private int total;

    Reassembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a part.
     *
     * @return the message when this was its last part
     * @throws FrameFormatException if a part is lacking before it, or sizes disagree; what was there is dropped
     */
    byte @Nullable [] add(ClusterMessage.Fragment fragment) throws FrameFormatException {
        if (fragment.index() == 0) {
            if (fragment.total() > maxBytes) {
                parts = null;
                throw broken("message larger than " + maxBytes + " bytes");
            }
            parts = new ByteWriter(Math.min(fragment.total(), 2 * fragment.part().length));
            group = fragment.group();
            nextIndex = 0;
            total = fragment.total();
        }
        ByteWriter whole = parts;
        if (whole == null
                || fragment.group() != group
                || fragment.index() != nextIndex
                || fragment.total() != total
                || fragment.part().length == 0
                || whole.size() + fragment.part().length > total) {
            parts = null;
            throw broken("part that does not follow the one before");
        }
        whole.raw(fragment.part(), 0, fragment.part().length);
        nextIndex++;
        if (whole.size() < total) {
            return null;
        }
        parts = null;
        return whole.size() == whole.array().length ? whole.array() : whole.toByteArray();
    }

    long heldBytes() {
        return parts == null ? 0 : parts.array().length;
    }

    private static FrameFormatException broken(String reason) {
        return new FrameFormatException(FrameFormatException.Kind.MALFORMED, reason, 0);
    }
}
