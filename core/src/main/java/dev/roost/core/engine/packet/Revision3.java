package dev.roost.core.engine.packet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Revision 3: packets with their length before them, binary with a type byte.
 *
 * <p>Text is measured in UTF-16 code units in a text payload and in bytes in a binary one.
 *
 * <p>Spec: engine-io 13.
 */
public final class Revision3 {
    /** Length digits beyond which no length is meant seriously. */
    static final int MAX_DIGITS = 10;

    static final byte BINARY_MESSAGE = 4;
    static final byte END_OF_LENGTH = (byte) 0xff;

    private Revision3() {}

    /** Encodes a text packet and the binary messages after it as elements of a text payload. */
    public static byte[] encodeText(byte @Nullable [] text, List<byte[]> attachments) {
        byte[] head = text == null ? null : digits(Utf8.utf16Length(text, 0, text.length));
        int size = head == null || text == null ? 0 : head.length + 1 + text.length;
        for (byte[] attachment : attachments) {
            int packet = 2 + Base64Text.encodedLength(attachment.length);
            size += digits(packet).length + 1 + packet;
        }
        byte[] out = new byte[size];
        int at = 0;
        if (head != null && text != null) {
            at = put(head, out, at);
            out[at++] = ':';
            at = put(text, out, at);
        }
        for (byte[] attachment : attachments) {
            at = put(digits(2 + Base64Text.encodedLength(attachment.length)), out, at);
            out[at++] = ':';
            out[at++] = 'b';
            out[at++] = '4';
            at += Base64Text.encode(attachment, out, at);
        }
        return out;
    }

    /** Encodes a text packet and the binary messages after it as elements of a binary payload. */
    public static byte[] encodeBinary(byte @Nullable [] text, List<byte[]> attachments) {
        int size = text == null ? 0 : 2 + digits(text.length).length + text.length;
        for (byte[] attachment : attachments) {
            size += 3 + digits(attachment.length + 1).length + attachment.length;
        }
        byte[] out = new byte[size];
        int at = 0;
        if (text != null) {
            at = putBinaryHead((byte) 0, text.length, out, at);
            at = put(text, out, at);
        }
        for (byte[] attachment : attachments) {
            at = putBinaryHead((byte) 1, attachment.length + 1, out, at);
            out[at++] = BINARY_MESSAGE;
            at = put(attachment, out, at);
        }
        return out;
    }

    /**
     * Takes the type byte off a binary packet, as it comes in a WebSocket message.
     *
     * @throws PacketFormatException if it is empty or no message
     */
    public static byte[] binaryMessage(byte[] packet, int offset, int length) throws PacketFormatException {
        if (length == 0) {
            throw new PacketFormatException("expected a packet, got an empty one", offset);
        }
        if (packet[offset] != BINARY_MESSAGE) {
            throw new PacketFormatException("expected the type byte of a message, 4", offset);
        }
        return Arrays.copyOfRange(packet, offset + 1, offset + length);
    }

    /**
     * Decodes a text packet that starts with {@code b4}.
     *
     * @param offset position of the {@code b}
     * @param length bytes of the packet, the {@code b4} included
     * @throws PacketFormatException if it is no message or not base64
     */
    public static byte[] base64Message(byte[] packet, int offset, int length) throws PacketFormatException {
        if (length < 2 || packet[offset + 1] != '4') {
            throw new PacketFormatException("expected b4 before a binary message", offset);
        }
        return Base64Text.decode(packet, offset + 2, length - 2);
    }

    private static byte[] digits(int value) {
        return Integer.toString(value).getBytes(US_ASCII);
    }

    private static int put(byte[] part, byte[] out, int at) {
        System.arraycopy(part, 0, out, at, part.length);
        return at + part.length;
    }

    private static int putBinaryHead(byte kind, int length, byte[] out, int at) {
        int next = at;
        out[next++] = kind;
        for (byte digit : digits(length)) {
            out[next++] = (byte) (digit - '0');
        }
        out[next++] = END_OF_LENGTH;
        return next;
    }
}
