package dev.roost.core.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Checks JSON text against RFC 8259 and the limits, and notes where the elements of the outermost array start.
 *
 * <p>Every byte a client sends passes here once, so nothing is made of what is read: no string, no number, no tree.
 * Nesting is a stack of bits, not of calls. One scanner reads one text; confined to a thread.
 *
 * <p>Spec: security D1 to D3.
 */
final class JsonScanner {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = ONES << 7;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private final PacketLimits limits;
    private final byte[] text;
    private final int from;
    private final int end;

    private int depth;
    private long kinds; // one bit per level of the innermost 64: set for objects
    private long[] outerKinds = {};

    private int[] starts = new int[8];
    private int count;
    private int length;

    /**
     * Makes a scanner.
     *
     * @param text valid UTF-8 from {@code from} to {@code end}
     */
    JsonScanner(PacketLimits limits, byte[] text, int from, int end) {
        this.limits = limits;
        this.text = text;
        this.from = from;
        this.end = end;
    }

    /**
     * Reads one value that starts at the first byte; only white space may follow it.
     *
     * @throws PacketFormatException if there is anything else
     */
    void scan() throws PacketFormatException {
        byte first = peek(from);
        if (first == ' ' || first == '\t' || first == '\n' || first == '\r') {
            throw invalid();
        }
        int at = value(from);
        length = at - from;
        if (skipSpace(at) != end) {
            throw invalid();
        }
    }

    /** Bytes of the value, white space after it not counted. */
    int length() {
        return length;
    }

    /** Elements of the outermost array; 0 if the value is none. */
    int count() {
        return count;
    }

    /** Positions of the elements of the outermost array, relative to the value's first byte. */
    int[] starts() {
        return Arrays.copyOf(starts, count);
    }

    /** Position after the last byte of an element of an array, relative like {@code starts}. */
    static int elementEnd(byte[] array, int[] starts, int length, int index) {
        int at = index + 1 < starts.length ? starts[index + 1] : length;
        do {
            at--; // white space, then the comma or bracket
        } while (isSpace(array[at]));
        while (isSpace(array[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private int value(int position) throws PacketFormatException {
        int at = position;
        while (true) {
            byte c = peek(at);
            switch (c) {
                case '"' -> at = string(at + 1);
                case '{' -> {
                    push(1);
                    at = skipSpace(at + 1);
                    if (peek(at) != '}') {
                        at = member(at);
                        continue;
                    }
                    pop();
                    at++;
                }
                case '[' -> {
                    push(0);
                    at = skipSpace(at + 1);
                    if (peek(at) != ']') {
                        noteStart(at);
                        continue;
                    }
                    pop();
                    at++;
                }
                case 't' -> at = literal(at, "true");
                case 'f' -> at = literal(at, "false");
                case 'n' -> at = literal(at, "null");
                case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> at = number(at);
                default -> throw invalid();
            }
            at = afterValue(at);
            if (depth == 0) {
                return at;
            }
        }
    }

    /** Closes what ends here; returns the start of the next value, or the end of the outermost. */
    private int afterValue(int position) throws PacketFormatException {
        int at = position;
        while (depth > 0) {
            at = skipSpace(at);
            boolean object = (kinds & 1) != 0;
            byte c = peek(at++);
            if (c == ',') {
                at = skipSpace(at);
                if (object) {
                    return member(at);
                }
                noteStart(at);
                return at;
            }
            if (c != (object ? '}' : ']')) {
                throw invalid();
            }
            pop();
        }
        return at;
    }

    /** Reads a member's name and colon; returns the start of its value. */
    private int member(int position) throws PacketFormatException {
        if (peek(position) != '"') {
            throw invalid();
        }
        int at = string(position + 1);
        // Never more characters than bytes: only long ones have to be counted.
        if (at - position - 2 > limits.maxNameLength()
                && JsonText.characters(text, position + 1, at - 1) > limits.maxNameLength()) {
            throw new PacketFormatException("member name of more than " + limits.maxNameLength() + " characters");
        }
        at = skipSpace(at);
        if (peek(at) != ':') {
            throw invalid();
        }
        return skipSpace(at + 1);
    }

    /** Reads from after the opening quote to after the closing one. */
    private int string(int position) throws PacketFormatException {
        int at = position;
        while (true) {
            while (at + Long.BYTES <= end) {
                long special = special((long) LONGS.get(text, at));
                if (special != 0) {
                    at += Long.numberOfTrailingZeros(special) >>> 3;
                    break;
                }
                at += Long.BYTES;
            }
            byte c = peek(at);
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\') {
                at = escape(at + 1);
            } else if (c >= 0 && c < ' ') {
                throw invalid();
            } else {
                at++;
            }
        }
    }

    /** The lowest bit set is the high one of the first quote, backslash or control character. */
    private static long special(long eight) {
        long quote = eight ^ QUOTES;
        long backslash = eight ^ BACKSLASHES;
        return ((quote - ONES & ~quote) | (backslash - ONES & ~backslash) | (eight - SPACES & ~eight)) & HIGH_BITS;
    }

    private int escape(int at) throws PacketFormatException {
        switch (peek(at)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 1;
            }
            case 'u' -> {
                for (int i = 1; i <= 4; i++) {
                    if (Character.digit(peek(at + i), 16) < 0) {
                        throw invalid();
                    }
                }
                return at + 5;
            }
            default -> throw invalid();
        }
    }

    private int literal(int at, String word) throws PacketFormatException {
        for (int i = 1; i < word.length(); i++) {
            if (peek(at + i) != word.charAt(i)) {
                throw invalid();
            }
        }
        return at + word.length();
    }

    private int number(int position) throws PacketFormatException {
        int at = peek(position) == '-' ? position + 1 : position;
        at = peek(at) == '0' ? at + 1 : digits(at);
        if (peek(at) == '.') {
            at = digits(at + 1);
        }
        if ((peek(at) | 0x20) == 'e') {
            byte sign = peek(at + 1);
            at = digits(sign == '+' || sign == '-' ? at + 2 : at + 1);
        }
        if (at - position > limits.maxNumberLength()) {
            throw new PacketFormatException("number of more than " + limits.maxNumberLength() + " characters");
        }
        return at;
    }

    private int digits(int position) throws PacketFormatException {
        int at = position;
        while (peek(at) >= '0' && peek(at) <= '9') {
            at++;
        }
        if (at == position) {
            throw invalid();
        }
        return at;
    }

    private int skipSpace(int position) {
        int at = position;
        while (at < end && isSpace(text[at])) {
            at++;
        }
        return at;
    }

    /** The byte there, or 0, which is never right, at the end. */
    private byte peek(int at) {
        return at < end ? text[at] : 0;
    }

    private void push(int kind) throws PacketFormatException {
        if (depth >= limits.maxDepth()) {
            throw new PacketFormatException("more than " + limits.maxDepth() + " levels of nesting");
        }
        if (depth > 0 && depth % Long.SIZE == 0) {
            int word = depth / Long.SIZE - 1;
            if (word >= outerKinds.length) {
                outerKinds = Arrays.copyOf(outerKinds, word + 1);
            }
            outerKinds[word] = kinds;
        }
        kinds = kinds << 1 | kind;
        depth++;
    }

    private void pop() {
        depth--;
        if (depth > 0 && depth % Long.SIZE == 0) {
            kinds = outerKinds[depth / Long.SIZE - 1];
        } else {
            kinds >>>= 1;
        }
    }

    private void noteStart(int at) {
        if (depth == 1) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = at - from;
        }
    }

    private static PacketFormatException invalid() {
        return new PacketFormatException("invalid payload");
    }
}
