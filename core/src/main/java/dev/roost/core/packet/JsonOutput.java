package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A payload being written: UTF-8 text that grows, and the buffers met so far.
 *
 * <p>As a {@link Writer} it takes JSON text from Jackson. Half a surrogate pair has no UTF-8 form; it can only stand
 * inside a string, so it is written as an escape, as browsers do. Confined to a thread.
 */
final class JsonOutput extends Writer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final long MOST = Integer.MAX_VALUE - 8L; // the longest array there can be
    private static final byte[] NULL = "null".getBytes(US_ASCII);

    private final List<byte[]> attachments;
    private final int[] placeholders; // one element, how many were written; shared with the parts
    private final boolean inline;
    private byte[] bytes = new byte[256];
    private int size;
    private char high; // first half of a surrogate pair that has been written, or 0

    /**
     * Makes an output.
     *
     * @param inline true if buffers become base64 text
     */
    JsonOutput(boolean inline) {
        this(new ArrayList<>(0), new int[1], inline);
    }

    private JsonOutput(List<byte[]> attachments, int[] placeholders, boolean inline) {
        this.attachments = attachments;
        this.placeholders = placeholders;
        this.inline = inline;
    }

    /** Returns an output of other text that numbers its buffers on from this one's. */
    JsonOutput part() {
        return new JsonOutput(attachments, placeholders, inline);
    }

    /**
     * Returns what was written.
     *
     * @throws IllegalArgumentException if it is {@link #ambiguous()}
     */
    Payload payload() {
        if (ambiguous()) {
            throw new IllegalArgumentException("expected data beside buffers, got an object with _placeholder: true,"
                    + " which every receiver would take for a buffer");
        }
        return new Payload(Arrays.copyOf(bytes, size), attachments);
    }

    /**
     * True if an ordinary object looks like a placeholder, and there are buffers.
     *
     * <p>The wire format cannot tell them apart: receivers would see another buffer there, or give up the connection.
     */
    boolean ambiguous() {
        if (attachments.isEmpty()) {
            return false;
        }
        try {
            int[] found = Placeholders.find(bytes, 0, size, attachments.size());
            for (int i = 0; i < found.length; i += 3) {
                if (found[i + 1] - found[i] != Placeholders.PREFIX.length() + decimals(found[i + 2]) + 1) {
                    return true; // another form than ours
                }
            }
            return found.length != 3 * placeholders[0];
        } catch (PacketFormatException e) {
            return true;
        }
    }

    private static int decimals(int number) {
        return Integer.toString(number).length();
    }

    /** The text as characters. */
    String text() {
        return new String(bytes, 0, size, UTF_8);
    }

    void put(char ascii) {
        ensure(1);
        bytes[size++] = (byte) ascii;
    }

    /** Text of ASCII characters that need no escape. */
    void ascii(String text) {
        raw(text.getBytes(ISO_8859_1));
    }

    void raw(byte[] json) {
        raw(json, 0, json.length);
    }

    void raw(byte[] json, int from, int to) {
        ensure(to - from);
        System.arraycopy(json, from, bytes, size, to - from);
        size += to - from;
    }

    void nullValue() {
        raw(NULL);
    }

    void number(double value) {
        if (Double.isFinite(value)) {
            ascii(Double.toString(value));
        } else {
            nullValue();
        }
    }

    void string(String text) {
        put('"');
        int at = 0;
        while (true) {
            at = plain(text, at);
            if (at == text.length()) {
                break;
            }
            character(text.charAt(at++));
        }
        endPair();
        put('"');
    }

    /** Writes characters as long as they are ASCII and need no escape; returns the position of the first other one. */
    private int plain(String text, int from) {
        if (high != 0) {
            return from;
        }
        ensure(text.length() - from);
        byte[] target = bytes;
        int to = size;
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                break;
            }
            target[to++] = (byte) c;
            at++;
        }
        size = to;
        return at;
    }

    /** A buffer, in its place. The array is not copied. */
    void buffer(byte[] data) {
        if (inline) {
            put('"');
            raw(Base64.getEncoder().encode(data));
            put('"');
        } else {
            attachments.add(data);
            placeholder(attachments.size() - 1);
        }
    }

    /** The bytes between position and limit of a buffer, copied. */
    void buffer(ByteBuffer data) {
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        buffer(copy);
    }

    /**
     * Checked JSON text; its buffers are numbered anew, in the order in which they are met.
     *
     * @param spans what {@link Placeholders#find} found in it, positions relative to {@code json}
     */
    void copy(byte[] json, int from, int to, List<byte[]> buffers, int[] spans) {
        int[] numbers = new int[spans.length == 0 ? 0 : buffers.size()];
        int at = from;
        for (int i = 0; i < spans.length; i += 3) {
            if (spans[i] < from || spans[i] >= to) {
                continue;
            }
            raw(json, at, spans[i]);
            at = spans[i + 1];
            int number = spans[i + 2];
            if (numbers[number] > 0) {
                placeholder(numbers[number] - 1);
            } else {
                buffer(buffers.get(number));
                numbers[number] = attachments.size();
            }
        }
        raw(json, at, to);
    }

    private void placeholder(int number) {
        placeholders[0]++;
        ascii(Placeholders.PREFIX);
        ascii(Integer.toString(number));
        put('}');
    }

    /** One character of a string. */
    private void character(char c) {
        switch (c) {
            case '"', '\\' -> escape((byte) c);
            case '\b' -> escape((byte) 'b');
            case '\f' -> escape((byte) 'f');
            case '\n' -> escape((byte) 'n');
            case '\r' -> escape((byte) 'r');
            case '\t' -> escape((byte) 't');
            default -> {
                if (c < ' ') {
                    unicode(c);
                } else {
                    encode(c);
                }
            }
        }
    }

    private void escape(byte kind) {
        endPair();
        put('\\');
        put((char) kind);
    }

    private void unicode(char c) {
        endPair();
        ascii("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            put((char) HEX[c >> shift & 0xf]);
        }
    }

    private void encode(char c) {
        ensure(4);
        if (high != 0 && Character.isLowSurrogate(c)) {
            int point = Character.toCodePoint(high, c);
            high = 0;
            bytes[size++] = (byte) (0xf0 | point >> 18);
            bytes[size++] = (byte) (0x80 | point >> 12 & 0x3f);
            bytes[size++] = (byte) (0x80 | point >> 6 & 0x3f);
            bytes[size++] = (byte) (0x80 | point & 0x3f);
            return;
        }
        endPair();
        if (Character.isHighSurrogate(c)) {
            high = c;
        } else if (Character.isLowSurrogate(c)) {
            unicode(c);
        } else if (c < 0x80) {
            put(c);
        } else if (c < 0x800) {
            ensure(2);
            bytes[size++] = (byte) (0xc0 | c >> 6);
            bytes[size++] = (byte) (0x80 | c & 0x3f);
        } else {
            ensure(3);
            bytes[size++] = (byte) (0xe0 | c >> 12);
            bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
            bytes[size++] = (byte) (0x80 | c & 0x3f);
        }
    }

    /** The first half of a pair was not followed by a second. */
    private void endPair() {
        if (high != 0) {
            char lone = high;
            high = 0;
            unicode(lone);
        }
    }

    private void ensure(int more) {
        bytes = grown(bytes, size, more);
    }

    /** Returns an array with room for {@code more} bytes behind the first {@code size}: the same one or a longer copy. */
    static byte[] grown(byte[] bytes, int size, int more) {
        if (bytes.length - size >= more) {
            return bytes;
        }
        return Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), (int) Math.min(bytes.length * 2L, MOST)));
    }

    // ---- what Jackson writes: JSON text already escaped

    @Override
    public void write(char[] text, int offset, int length) {
        ensure(length);
        for (int i = offset; i < offset + length; i++) {
            char c = text[i];
            if (c < 0x80 && high == 0 && size < bytes.length) {
                bytes[size++] = (byte) c;
            } else {
                encode(c);
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
