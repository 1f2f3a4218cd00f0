package dev.roost.core.engine.packet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Revision 4 on polling: packets joined by the record separator, binary as {@code b} and base64.
 *
 * <p>Spec: engine-io 5.
 */
public final class Revision4 {
    /** Stands between two packets of a payload. */
    public static final byte SEPARATOR = 0x1e;

    private Revision4() {}

    /**
     * Encodes a text packet and the binary messages after it.
     *
     * @param text whole text packet, or null
     * @return the packets joined, without a separator at either end
     */
    public static byte[] encode(byte @Nullable [] text, List<byte[]> attachments) {
        int size = text == null ? 0 : text.length;
        boolean first = text == null;
        for (byte[] attachment : attachments) {
            size += (first ? 0 : 1) + 1 + Base64Text.encodedLength(attachment.length);
            first = false;
        }
        byte[] out = new byte[size];
        int at = 0;
        if (text != null) {
            System.arraycopy(text, 0, out, 0, text.length);
            at = text.length;
        }
        for (byte[] attachment : attachments) {
            if (at > 0) {
                out[at++] = SEPARATOR;
            }
            out[at++] = 'b';
            at += Base64Text.encode(attachment, out, at);
        }
        return out;
    }

    /**
     * Decodes a text packet that starts with {@code b}.
     *
     * @param offset position of the {@code b}
     * @param length bytes of the packet, the {@code b} included
     * @throws PacketFormatException if the rest is not base64
     */
    public static byte[] binaryMessage(byte[] packet, int offset, int length) throws PacketFormatException {
        return Base64Text.decode(packet, offset + 1, length - 1);
    }
}
