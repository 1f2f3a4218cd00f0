package dev.roost.core.packet;

/**
 * Bytes of a client that are no Socket.IO packet; an expected outcome.
 *
 * <p>Carries no stack trace: a hostile client must not be able to make many of them costly.
 *
 * <p>Spec: socket-io 2, whose texts are the messages.
 */
public final class PacketFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Makes the exception; the text never holds bytes of the client. */
    public PacketFormatException(String message) {
        super(message, null, false, false);
    }
}
