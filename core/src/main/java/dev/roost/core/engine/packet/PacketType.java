package dev.roost.core.engine.packet;

/**
 * The seven kinds of Engine.IO packet.
 *
 * <p>Spec: engine-io 1.
 */
public enum PacketType {
    OPEN,
    CLOSE,
    PING,
    PONG,
    MESSAGE,
    UPGRADE,
    NOOP;

    private static final PacketType[] TYPES = values();

    /** The digit that opens the packet in text form. */
    public char digit() {
        return (char) ('0' + ordinal());
    }

    /** Returns true if a text packet may start with this byte. */
    public static boolean isDigit(byte first) {
        return first >= '0' && first < '0' + TYPES.length;
    }

    /**
     * Returns the type a digit stands for.
     *
     * @throws IllegalArgumentException if {@link #isDigit} is false for it
     */
    public static PacketType ofDigit(byte digit) {
        if (!isDigit(digit)) {
            throw new IllegalArgumentException("a packet type is a digit from 0 to 6, got byte " + digit);
        }
        return TYPES[digit - '0'];
    }
}
