package dev.roost.core.packet;

/**
 * What a client's packet may hold. Immutable.
 *
 * <p>Spec: security 1.
 *
 * @param maxAttachments buffers of one packet
 * @param maxAttachmentBytes their sum
 * @param maxDepth arrays and objects inside each other, the array of an event included
 * @param maxNumberLength characters of one number
 * @param maxNameLength characters of one member name of an object
 * @param maxEventNameLength characters of an event's name
 */
public record PacketLimits(
        int maxAttachments,
        long maxAttachmentBytes,
        int maxDepth,
        int maxNumberLength,
        int maxNameLength,
        int maxEventNameLength) {

    /** The default of every value. */
    public static final PacketLimits DEFAULT = new PacketLimits(10, 1_000_000, 128, 1_000, 50_000, 1_024);

    /** More would let a handler's own recursive code run out of stack. */
    static final int DEEPEST = 1_000;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException with the name, the value and what is allowed
     */
    public PacketLimits {
        check("maxAttachments", maxAttachments, 0, 1_000);
        check("maxAttachmentBytes", maxAttachmentBytes, 0, Integer.MAX_VALUE);
        check("maxDepth", maxDepth, 1, DEEPEST);
        check("maxNumberLength", maxNumberLength, 20, 10_000);
        check("maxNameLength", maxNameLength, 16, 1_000_000); // _placeholder is a name too
        check("maxEventNameLength", maxEventNameLength, 1, 1_000_000);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", got " + value);
        }
    }
}
