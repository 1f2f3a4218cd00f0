package dev.roost.core.engine.packet;

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Base64 inside payloads: standard alphabet; padding is written, and may be missing when read.
 *
 * <p>Line breaks are skipped: the stock Java client ends every 76 characters with one.
 */
final class Base64Text {
    private Base64Text() {}

    /** Characters that encode so many bytes. */
    static int encodedLength(int bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /** Writes the base64 of a buffer into another and returns the number of characters. */
    static int encode(byte[] data, byte[] out, int at) {
        ByteBuffer target = ByteBuffer.wrap(out, at, encodedLength(data.length));
        target.put(Base64.getEncoder().encode(data));
        return target.position() - at;
    }

    /** Decodes part of a buffer, all of it or nothing. */
    static byte[] decode(byte[] text, int offset, int length) throws PacketFormatException {
        if (length == 0) {
            return new byte[0];
        }
        ByteBuffer decoded;
        try {
            decoded = Base64.getDecoder().decode(withoutLineBreaks(text, offset, length));
        } catch (IllegalArgumentException e) {
            throw new PacketFormatException("expected base64 of a binary message", offset);
        }
        byte[] data = new byte[decoded.remaining()];
        decoded.get(data);
        return data;
    }

    private static ByteBuffer withoutLineBreaks(byte[] text, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && text[at] != '\n' && text[at] != '\r') {
            at++;
        }
        if (at == end) {
            return ByteBuffer.wrap(text, offset, length);
        }
        byte[] kept = new byte[length];
        int count = 0;
        for (int i = offset; i < end; i++) {
            if (text[i] != '\n' && text[i] != '\r') {
                kept[count++] = text[i];
            }
        }
        return ByteBuffer.wrap(kept, 0, count);
    }
}
