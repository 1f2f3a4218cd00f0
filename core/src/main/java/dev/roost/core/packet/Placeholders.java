package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Finds the objects that stand for buffers in JSON text that has been checked.
 *
 * <p>As in the reference an object is one if its {@code _placeholder} is {@code true}, whatever else it holds; what lies
 * inside it does not count. Runs only for packets with attachments.
 *
 * <p>Spec: socket-io 1, "Binary"; security K6.
 */
final class Placeholders {
    /** Text of a placeholder but for its number and the closing brace. */
    static final String PREFIX = "{\"_placeholder\":true,\"num\":";

    static final int[] NONE = {};

    private static final byte[] MARK = "_placeholder".getBytes(US_ASCII);
    private static final byte[] NUMBER = "num".getBytes(US_ASCII);
    private static final int NOT_FOUND = -1;

    private final byte[] json;
    private final int attachments;

    // One element per open object or array; a placeholder is known only when its object ends.
    private int[] opened = new int[16];
    private boolean[] marked = new boolean[16];
    private int[] numbers = new int[16];
    private int depth;

    private int[] found = new int[12];
    private int size;
    private int firstIllegal = NOT_FOUND;

    private Placeholders(byte[] json, int attachments) {
        this.json = json;
        this.attachments = attachments;
    }

    /**
     * Finds all in document order.
     *
     * @param attachments how many buffers there are
     * @return three numbers for each: its first byte, the byte after its last, the number of its buffer
     * @throws PacketFormatException if one names a buffer that does not exist
     */
    static int[] find(byte[] json, int from, int to, int attachments) throws PacketFormatException {
        Placeholders search = new Placeholders(json, attachments);
        search.walk(from, to);
        if (search.firstIllegal != NOT_FOUND) {
            throw new PacketFormatException("illegal attachments");
        }
        return Arrays.copyOf(search.found, search.size);
    }

    private void walk(int from, int to) {
        int at = from;
        while (at < to) {
            switch (json[at]) {
                case '{', '[' -> open(at++);
                case '}' -> closeObject(++at);
                case ']' -> {
                    depth--;
                    at++;
                }
                case '"' -> {
                    int name = at + 1;
                    int close = closingQuote(name);
                    at = skipSpace(close + 1, to);
                    if (at < to && json[at] == ':') {
                        at = member(name, close, skipSpace(at + 1, to));
                    }
                }
                default -> at++;
            }
        }
    }

    /** Looks at the value of a member; returns its first byte, from which the walk goes on. */
    private int member(int from, int close, int value) {
        if (named(from, close, MARK)) {
            marked[depth - 1] = json[value] == 't';
        } else if (named(from, close, NUMBER)) {
            numbers[depth - 1] = number(value);
        }
        return value;
    }

    private boolean named(int from, int close, byte[] name) {
        if (Arrays.equals(json, from, close, name, 0, name.length)) {
            return true;
        }
        for (int i = from; i < close && close - from <= 6 * name.length; i++) {
            if (json[i] == '\\') {
                return JsonText.string(json, from, close).equals(new String(name, US_ASCII));
            }
        }
        return false;
    }

    /** The buffer's number, or -1 if the value is no whole number or there is no such buffer. */
    private int number(int from) {
        if (json[from] != '-' && (json[from] < '0' || json[from] > '9')) {
            return NOT_FOUND;
        }
        int to = from;
        while (to < json.length && "+-.eE0123456789".indexOf(json[to]) >= 0) {
            to++;
        }
        double value = Double.parseDouble(new String(json, from, to - from, UTF_8));
        return value >= 0 && value < attachments && value == Math.rint(value) ? (int) value : NOT_FOUND;
    }

    private void open(int at) {
        if (depth == opened.length) {
            opened = Arrays.copyOf(opened, depth * 2);
            marked = Arrays.copyOf(marked, depth * 2);
            numbers = Arrays.copyOf(numbers, depth * 2);
        }
        opened[depth] = at;
        marked[depth] = false;
        numbers[depth] = NOT_FOUND;
        depth++;
    }

    private void closeObject(int end) {
        depth--;
        if (!marked[depth]) {
            return;
        }
        int start = opened[depth];
        if (firstIllegal >= start) {
            firstIllegal = NOT_FOUND;
        }
        while (size > 0 && found[size - 3] >= start) {
            size -= 3;
        }
        if (numbers[depth] == NOT_FOUND) {
            if (firstIllegal == NOT_FOUND) {
                firstIllegal = start;
            }
            return;
        }
        if (size == found.length) {
            found = Arrays.copyOf(found, size * 2);
        }
        found[size++] = start;
        found[size++] = end;
        found[size++] = numbers[depth];
    }

    private int closingQuote(int from) {
        int at = from;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return at;
    }

    private int skipSpace(int from, int to) {
        int at = from;
        while (at < to && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }
}
