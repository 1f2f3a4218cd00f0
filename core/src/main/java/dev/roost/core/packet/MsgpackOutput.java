package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roost.adapter.Payload;
import java.util.Arrays;

/**
 * Msgpack being written, every value in its shortest form. Confined to a thread.
 *
 * <p>Arrays and maps start with their size, which JSON does not tell: a first pass counts, a second writes.
 *
 * <p>Spec: socket-io 16.
 */
final class MsgpackOutput {
    private static final long EXACT = 1L << 53;

    private byte[] bytes = new byte[256];
    private int size;

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    void map(int members) {
        header(members, 0x80, 15, 0, 0xde, 0xdf);
    }

    void string(String text) {
        byte[] utf8 = wellFormed(text).getBytes(UTF_8);
        string(utf8, 0, utf8.length);
    }

    void integer(long value) {
        if (value >= -32 && value < 128) {
            put(value, 1);
        } else if (value >= 0) {
            put(value < 1 << 8 ? 0xcc : value < 1 << 16 ? 0xcd : value < 1L << 32 ? 0xce : 0xcf, 1);
            put(value, value < 1 << 8 ? 1 : value < 1 << 16 ? 2 : value < 1L << 32 ? 4 : 8);
        } else {
            put(value >= -1 << 7 ? 0xd0 : value >= -1 << 15 ? 0xd1 : value >= -1L << 31 ? 0xd2 : 0xd3, 1);
            put(value, value >= -1 << 7 ? 1 : value >= -1 << 15 ? 2 : value >= -1L << 31 ? 4 : 8);
        }
    }

    /** Writes checked JSON text, buffers in their places. */
    void json(Payload payload) {
        byte[] json = payload.json();
        int[] placeholders;
        try {
            placeholders = Arguments.placeholders(payload);
        } catch (PacketFormatException e) {
            throw new IllegalArgumentException("expected a payload whose buffers are all there", e);
        }
        int[] sizes = sizes(json, placeholders);
        int container = 0;
        int buffer = 0;
        int at = 0;
        while (at < json.length) {
            if (buffer < placeholders.length && placeholders[buffer] == at) {
                binary(payload.attachments().get(placeholders[buffer + 2]));
                at = placeholders[buffer + 1];
                buffer += 3;
                continue;
            }
            switch (json[at]) {
                case '{' -> map(sizes[container++]);
                case '[' -> header(sizes[container++], 0x90, 15, 0, 0xdc, 0xdd);
                case '"' -> {
                    int close = closingQuote(json, at + 1);
                    jsonString(json, at + 1, close);
                    at = close;
                }
                case 't' -> at = literal(0xc3, at + 3);
                case 'f' -> at = literal(0xc2, at + 4);
                case 'n' -> at = literal(0xc0, at + 3);
                case ' ', '\t', '\n', '\r', ',', ':', '}', ']' -> {}
                default -> {
                    int end = numberEnd(json, at);
                    number(new String(json, at, end - at, US_ASCII));
                    at = end - 1;
                }
            }
            at++;
        }
    }

    /** The sizes of all arrays and maps, in the order in which they open. */
    private static int[] sizes(byte[] json, int[] placeholders) {
        int[] sizes = new int[8];
        int[] open = new int[8];
        int count = 0;
        int depth = 0;
        int buffer = 0;
        boolean empty = false; // true right after an opening bracket
        for (int at = 0; at < json.length; at++) {
            byte c = json[at];
            if (empty && c > ' ') {
                sizes[open[depth - 1]] = c == ']' || c == '}' ? 0 : 1;
                empty = false;
            }
            if (buffer < placeholders.length && placeholders[buffer] == at) {
                at = placeholders[buffer + 1] - 1;
                buffer += 3;
            } else if (c == '"') {
                at = closingQuote(json, at + 1);
            } else if (c == '[' || c == '{') {
                sizes = count == sizes.length ? Arrays.copyOf(sizes, count * 2) : sizes;
                open = depth == open.length ? Arrays.copyOf(open, depth * 2) : open;
                open[depth++] = count++;
                empty = true;
            } else if (c == ']' || c == '}') {
                depth--;
            } else if (c == ',') {
                sizes[open[depth - 1]]++;
            }
        }
        return sizes;
    }

    private static int closingQuote(byte[] json, int from) {
        int at = from;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private static int numberEnd(byte[] json, int from) {
        int at = from;
        while (at < json.length && "+-.eE0123456789".indexOf(json[at]) >= 0) {
            at++;
        }
        return at;
    }

    private int literal(int code, int last) {
        put(code, 1);
        return last;
    }

    private void jsonString(byte[] json, int from, int to) {
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                string(JsonText.string(json, from, to));
                return;
            }
        }
        string(json, from, to);
    }

    private void string(byte[] utf8, int from, int to) {
        header(to - from, 0xa0, 31, 0xd9, 0xda, 0xdb);
        raw(utf8, from, to);
    }

    private void binary(byte[] data) {
        header(data.length, 0, -1, 0xc4, 0xc5, 0xc6);
        raw(data, 0, data.length);
    }

    /** As a browser, which knows only one kind of number: whole ones are integers however they are written. */
    private void number(String text) {
        boolean digits = text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        if (digits && text.length() <= 18) {
            integer(Long.parseLong(text));
            return;
        }
        double value = Double.parseDouble(text);
        if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
            integer((long) value);
        } else if (Double.isFinite(value)) {
            put(0xcb, 1);
            put(Double.doubleToLongBits(value), 8);
        } else {
            put(0xc0, 1);
        }
    }

    /**
     * Writes the kind of a value and its size.
     *
     * @param small code of size 0 in the form where both are one byte, for sizes up to {@code most}
     * @param one code of the form with one byte for the size; 0 if there is none, then two bytes follow
     */
    private void header(int length, int small, int most, int one, int two, int four) {
        if (length <= most) {
            put(small | length, 1);
        } else if (length < 1 << 8 && one != 0) {
            put(one, 1);
            put(length, 1);
        } else if (length < 1 << 16) {
            put(two, 1);
            put(length, 2);
        } else {
            put(four, 1);
            put(length, 4);
        }
    }

    /** Halves of surrogate pairs have no UTF-8 form. */
    private static String wellFormed(String text) {
        int[] points = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                points = text.codePoints()
                        .map(point -> point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
                        .toArray();
                break;
            }
        }
        return points == null ? text : new String(points, 0, points.length);
    }

    private void put(long value, int length) {
        ensure(length);
        for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >> shift);
        }
    }

    private void raw(byte[] data, int from, int to) {
        ensure(to - from);
        System.arraycopy(data, from, bytes, size, to - from);
        size += to - from;
    }

    private void ensure(int more) {
        bytes = JsonOutput.grown(bytes, size, more);
    }
}
