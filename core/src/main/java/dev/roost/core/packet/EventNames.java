package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Set;

/**
 * Reads the first element of an event.
 *
 * <p>Spec: socket-io 1 and 2; security K7 to K9.
 */
final class EventNames {
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private EventNames() {}

    /** True for the names only a server's own notifications may have. */
    static boolean reserved(String name) {
        return RESERVED.contains(name);
    }

    /**
     * Returns the name: a string, or the text of a number.
     *
     * @param array checked text
     * @param length position after the closing bracket
     */
    static String read(byte[] array, int[] starts, int length, int maxLength) throws PacketFormatException {
        if (starts.length == 0) {
            throw new PacketFormatException("invalid payload");
        }
        int from = starts[0];
        int to = JsonScanner.elementEnd(array, starts, length, 0);
        byte first = array[from];
        if (first == '"') {
            // An escape of one character has at most six bytes.
            if (to - from - 2 > 6L * maxLength) {
                throw tooLong(maxLength);
            }
            return checked(JsonText.string(array, from + 1, to - 1), maxLength);
        }
        if (first == '-' || first >= '0' && first <= '9') {
            return checked(new String(array, from, to - from, UTF_8), maxLength);
        }
        throw new PacketFormatException("invalid payload");
    }

    private static String checked(String name, int maxLength) throws PacketFormatException {
        if (name.length() > maxLength) {
            throw tooLong(maxLength);
        }
        return name;
    }

    private static PacketFormatException tooLong(int maxLength) {
        return new PacketFormatException("event name of more than " + maxLength + " characters");
    }
}
