package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Reads msgpack and writes what it reads as JSON, buffers aside.
 *
 * <p>No size a client claims is believed beyond the bytes that are there. Calls itself once for each level of nesting,
 * which the limits keep to a number any stack has room for. Confined to a thread.
 *
 * <p>Spec: socket-io 16; security D8 to D10.
 */
final class MsgpackInput {
    private static final int UNDEFINED = 0xd4;

    private final PacketLimits limits;
    private final byte[] bytes;
    private int at;

    MsgpackInput(PacketLimits limits, byte[] bytes) {
        this.limits = limits;
        this.bytes = bytes;
    }

    boolean atEnd() {
        return at == bytes.length;
    }

    /** Skips what JavaScript calls undefined; false if something else comes. */
    boolean undefined() {
        if (bytes.length - at >= 3 && (bytes[at] & 0xff) == UNDEFINED && bytes[at + 1] == 0) {
            at += 3;
            return true;
        }
        return false;
    }

    /** Reads the start of a map; returns how many members follow. */
    int map() throws PacketFormatException {
        int code = code();
        if (!isMap(code)) {
            throw malformed();
        }
        return mapSize(code);
    }

    /** Reads a string, such as a key. */
    String string() throws PacketFormatException {
        int code = code();
        int length = stringLength(code);
        if (length < 0) {
            throw malformed();
        }
        return text(length);
    }

    /**
     * Reads one value.
     *
     * @param depth arrays and maps it is in
     */
    void value(JsonOutput output, int depth) throws PacketFormatException {
        int code = code();
        int length = stringLength(code);
        if (length >= 0) {
            output.string(text(length));
        } else if (code < 0x80 || code >= 0xe0) {
            output.ascii(Integer.toString((byte) code));
        } else if (isMap(code)) {
            members(mapSize(code), output, nested(depth));
        } else if (code >= 0x90 && code <= 0x9f || code == 0xdc || code == 0xdd) {
            elements(arraySize(code), output, nested(depth));
        } else {
            scalar(code, output);
        }
    }

    private void scalar(int code, JsonOutput output) throws PacketFormatException {
        switch (code) {
            case 0xc0 -> output.nullValue();
            case 0xc2 -> output.ascii("false");
            case 0xc3 -> output.ascii("true");
            case 0xc4, 0xc5, 0xc6 -> output.buffer(data(size(1 << code - 0xc4)));
            case 0xc7, 0xc8, 0xc9 -> extension(size(1 << code - 0xc7), false, output);
            case 0xca -> output.number(Float.intBitsToFloat((int) integer(4)));
            case 0xcb -> output.number(Double.longBitsToDouble(integer(8)));
            case 0xcc, 0xcd, 0xce -> output.ascii(Long.toString(unsigned(1 << code - 0xcc)));
            case 0xcf -> output.ascii(Long.toUnsignedString(integer(8)));
            case 0xd0, 0xd1, 0xd2, 0xd3 -> output.ascii(Long.toString(integer(1 << code - 0xd0)));
            case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(1 << code - 0xd4, true, output);
            default -> throw malformed();
        }
    }

    /** Undefined, a date, a buffer of a browser, or, as in the reference, any other as its type and its bytes. */
    private void extension(int length, boolean fixed, JsonOutput output) throws PacketFormatException {
        int type = (int) integer(1);
        if (type != 0) {
            output.put('[');
            output.ascii(Integer.toString(type));
            output.put(',');
            output.buffer(data(length));
            output.put(']');
        } else if (fixed && length == 1) {
            integer(1);
            output.nullValue();
        } else if (fixed && length == 8) {
            output.string(JsonMappers.MILLISECONDS.format(Instant.ofEpochMilli(integer(8))));
        } else {
            output.buffer(data(length));
        }
    }

    private void elements(int count, JsonOutput output, int depth) throws PacketFormatException {
        output.put('[');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                output.put(',');
            }
            value(output, depth);
        }
        output.put(']');
    }

    private void members(int count, JsonOutput output, int depth) throws PacketFormatException {
        output.put('{');
        boolean first = true;
        for (int i = 0; i < count; i++) {
            String name = string();
            if (undefined()) {
                continue;
            }
            if (!first) {
                output.put(',');
            }
            first = false;
            output.string(name);
            output.put(':');
            value(output, depth);
        }
        output.put('}');
    }

    private int nested(int depth) throws PacketFormatException {
        if (depth >= limits.maxDepth()) {
            throw new PacketFormatException("more than " + limits.maxDepth() + " levels of nesting");
        }
        return depth + 1;
    }

    private static boolean isMap(int code) {
        return code >= 0x80 && code <= 0x8f || code == 0xde || code == 0xdf;
    }

    private int mapSize(int code) throws PacketFormatException {
        int count = code < 0x90 ? code & 0xf : size(code == 0xde ? 2 : 4);
        return atMost((bytes.length - at) / 2, count);
    }

    private int arraySize(int code) throws PacketFormatException {
        int count = code < 0xa0 ? code & 0xf : size(code == 0xdc ? 2 : 4);
        return atMost(bytes.length - at, count);
    }

    /** Bytes of the string a code starts, -1 if it starts none. */
    private int stringLength(int code) throws PacketFormatException {
        if (code >= 0xa0 && code <= 0xbf) {
            return code & 0x1f;
        }
        return code >= 0xd9 && code <= 0xdb ? size(1 << code - 0xd9) : -1;
    }

    private String text(int length) throws PacketFormatException {
        int from = at;
        at += atMost(bytes.length - at, length);
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0) {
                return decoded(from);
            }
        }
        return new String(bytes, from, length, UTF_8);
    }

    private String decoded(int from) throws PacketFormatException {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, at - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private byte[] data(int length) throws PacketFormatException {
        int from = at;
        at += atMost(bytes.length - at, length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    private int code() throws PacketFormatException {
        return (int) unsigned(1);
    }

    private int size(int width) throws PacketFormatException {
        return atMost(bytes.length, unsigned(width));
    }

    private long unsigned(int width) throws PacketFormatException {
        return integer(width) & (1L << width * 8) - 1;
    }

    /** A signed number of 1, 2, 4 or 8 bytes. */
    private long integer(int width) throws PacketFormatException {
        atMost(bytes.length - at, width);
        long value = bytes[at];
        for (int i = 1; i < width; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += width;
        return value;
    }

    private static int atMost(int most, long claimed) throws PacketFormatException {
        if (claimed > most) {
            throw malformed();
        }
        return (int) claimed;
    }

    static PacketFormatException malformed() {
        return new PacketFormatException("invalid msgpack");
    }
}
