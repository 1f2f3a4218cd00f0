package dev.roost.core.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where in the log of a node an event stands: what a client remembers of the last event it got. Immutable.
 *
 * <p>On the wire it is the last argument of the event: the node's eight hexadecimal digits, then the position.
 *
 * <p>Spec: socket-io 12.
 *
 * @param node whose log
 * @param position from 0 on
 */
public record Offset(NodeId node, long position) {
    private static final int TAG = 8;
    private static final int RADIX = 36;
    /** Digits of the largest position. */
    private static final int MOST_DIGITS = 13;
    /** Bytes an offset adds to an event at the most, with what stands around it. */
    static final int MOST_BYTES = TAG + MOST_DIGITS + 16;

    /** Reads what a client says; empty unless it is exactly as {@link #toString} wrote it. */
    public static Optional<Offset> parse(String text) {
        if (text.length() <= TAG || text.length() > TAG + MOST_DIGITS) {
            return Optional.empty();
        }
        try {
            Offset offset =
                    new Offset(NodeId.parse(text.substring(0, TAG)), Long.parseLong(text.substring(TAG), RADIX));
            return offset.position >= 0 && offset.toString().equals(text) ? Optional.of(offset) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** True if it can be appended to an event: only to an array that was checked. */
    public static boolean fits(Payload event) {
        byte[] json = event.json();
        return json.length > 2 && json[0] == '[' && json[json.length - 1] == ']';
    }

    /** The event with an offset as its last argument. */
    public static Payload appended(Payload event, String offset) {
        byte[] json = event.json();
        byte[] more = (",\"" + offset + "\"]").getBytes(UTF_8);
        byte[] all = Arrays.copyOf(json, json.length - 1 + more.length);
        System.arraycopy(more, 0, all, json.length - 1, more.length);
        return new Payload(all, event.attachments());
    }

    @Override
    public String toString() {
        return node + Long.toString(position, RADIX);
    }
}
