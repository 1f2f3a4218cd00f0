package dev.roost.adapter;

import java.security.SecureRandom;

/**
 * Names one server process for the time between its start and its end. Immutable.
 *
 * <p>32 random bits, drawn at every start, so a restarted process is a new node. The same bits open every session id
 * the node gives out, which lets any process find the owner of a session.
 *
 * @param value the 32 bits
 */
public record NodeId(int value) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Draws a new id. */
    public static NodeId random() {
        return new NodeId(RANDOM.nextInt());
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @throws IllegalArgumentException if the text is not 8 hexadecimal digits
     */
    public static NodeId parse(String text) {
        if (text.length() != 8) {
            throw new IllegalArgumentException(
                    "a node id is 8 hexadecimal digits, got " + text.length() + " characters");
        }
        return new NodeId(Integer.parseUnsignedInt(text, 16));
    }

    /** Returns 8 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        String hex = Integer.toHexString(value);
        return "0".repeat(8 - hex.length()) + hex;
    }
}
