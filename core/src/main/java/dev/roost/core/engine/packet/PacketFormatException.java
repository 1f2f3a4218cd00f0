package dev.roost.core.engine.packet;

/**
 * Bytes of a client that are no Engine.IO packet; an expected outcome.
 *
 * <p>Carries no stack trace: a hostile client must not be able to make many of them costly.
 */
public final class PacketFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final int offset;

    /**
     * Makes the exception.
     *
     * @param reason what was expected and what came, without bytes of the client
     * @param offset position in the input, in bytes
     */
    public PacketFormatException(String reason, int offset) {
        super(reason + " at byte " + offset, null, false, false);
        this.reason = reason;
        this.offset = offset;
    }

    /** What was wrong. */
    public String reason() {
        return reason;
    }

    /** Where, in bytes from the start of the input. */
    public int offset() {
        return offset;
    }
}
