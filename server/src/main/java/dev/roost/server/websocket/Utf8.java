package dev.roost.server.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Validates UTF-8 piece by piece: a character may be split wherever a frame ends.
 *
 * <p>The state between two pieces is one {@code int}, {@link #START} or what {@link #check} returned before. It holds
 * how many continuation bytes are awaited and the range of the next one, which is all that tells overlong forms,
 * surrogates and code points above U+10FFFF from good ones. ASCII goes eight bytes at a time.
 *
 * <p>Spec: RFC 3629 section 4, RFC 6455 section 8.1.
 */
final class Utf8 {
    /** Between two characters; text may end here. */
    static final int START = 0;
    /** Not UTF-8, whatever follows. */
    static final int INVALID = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int ANY_TAIL = tails(1, 0x80, 0xBF);

    private Utf8() {}

    static boolean isValid(byte[] bytes, int offset, int length) {
        return check(START, bytes, offset, length) == START;
    }

    /** Returns the state after these bytes. */
    static int check(int state, byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        int now = state;
        while (at < end && now != INVALID) {
            if (now == START) {
                at = skipAscii(bytes, at, end);
                if (at == end) {
                    return START;
                }
                now = lead(bytes[at++] & 0xFF);
            } else {
                now = tail(now, bytes[at++] & 0xFF);
            }
        }
        return now;
    }

    private static int skipAscii(byte[] bytes, int from, int end) {
        int at = from;
        for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
            if (((long) LONGS.get(bytes, at) & HIGH_BITS) != 0) {
                break;
            }
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int lead(int b) {
        if (b < 0xC2) {
            return INVALID;
        }
        if (b < 0xE0) {
            return ANY_TAIL;
        }
        if (b < 0xF0) {
            return tails(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        }
        if (b < 0xF5) {
            return tails(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
        }
        return INVALID;
    }

    private static int tail(int state, int b) {
        if (b < (state >>> 8 & 0xFF) || b > (state & 0xFF)) {
            return INVALID;
        }
        int left = (state >>> 16) - 1;
        return left == 0 ? START : tails(left, 0x80, 0xBF);
    }

    private static int tails(int count, int low, int high) {
        return count << 16 | low << 8 | high;
    }
}
