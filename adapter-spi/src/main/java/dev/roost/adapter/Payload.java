package dev.roost.adapter;

import java.util.List;

/**
 * JSON text and the byte buffers it refers to. Immutable by contract: nobody changes the arrays.
 *
 * <p>This is the one form in which event arguments, ack values and socket data travel inside Roost and between
 * nodes: each buffer stands in the text as {@code {"_placeholder":true,"num":i}}. It is encoded once, where the
 * application emitted, and never decoded until a handler asks for its values.
 *
 * <p>Spec: socket-io 1, "Binary".
 *
 * @param json UTF-8 text of one JSON value
 * @param attachments the buffers, in the order of their numbers
 */
public record Payload(byte[] json, List<byte[]> attachments) {
    public Payload {
        attachments = List.copyOf(attachments);
    }

    /** A payload without buffers. */
    public static Payload of(byte[] json) {
        return new Payload(json, List.of());
    }

    /** Returns the number of bytes of the text and all buffers. */
    public long bytes() {
        long sum = json.length;
        for (byte[] attachment : attachments) {
            sum += attachment.length;
        }
        return sum;
    }
}
