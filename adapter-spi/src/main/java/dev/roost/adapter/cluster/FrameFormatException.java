package dev.roost.adapter.cluster;

/** Bytes from the bus that are no frame of ours. Immutable; carries no stack trace, since a peer can cause it at will. */
final class FrameFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    enum Kind {
        /** Not what the format allows. */
        MALFORMED,
        /** Written by a version of the protocol this node does not speak. */
        VERSION,
        /** Not signed with the cluster's secret. */
        SIGNATURE
    }

    private final Kind kind;
    private final int offset;

    FrameFormatException(Kind kind, String reason, int offset) {
        super(reason + " at byte " + offset, null, false, false);
        this.kind = kind;
        this.offset = offset;
    }

    Kind kind() {
        return kind;
    }

    int offset() {
        return offset;
    }
}
