package dev.roost.adapter.cluster;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads bytes nobody vouches for; every size is checked before anything is allocated. Confined to one thread.
 *
 * <p>Throws nothing but {@link FrameFormatException}, whatever the bytes are.
 */
final class ByteReader {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** An entry costs far more memory than the one byte it may take on the wire. */
    private static final int MAX_ENTRIES = 65_536;

    private final byte[] bytes;
    private final int end;
    private int position;

    ByteReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        position = from;
        end = to;
    }

    int position() {
        return position;
    }

    int remaining() {
        return end - position;
    }

    int u8() throws FrameFormatException {
        need(1);
        return bytes[position++] & 0xff;
    }

    int u16() throws FrameFormatException {
        need(2);
        int value = (bytes[position] & 0xff) << 8 | bytes[position + 1] & 0xff;
        position += 2;
        return value;
    }

    int u32() throws FrameFormatException {
        need(4);
        int value = (int) INT.get(bytes, position);
        position += 4;
        return value;
    }

    long u64() throws FrameFormatException {
        need(8);
        long value = (long) LONG.get(bytes, position);
        position += 8;
        return value;
    }

    /** Reads a number from 0 to {@link Long#MAX_VALUE}. */
    long varint() throws FrameFormatException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw malformed("number longer than 63 bits");
    }

    /** Reads a number from 0 to {@link Integer#MAX_VALUE}. */
    int smallVarint() throws FrameFormatException {
        long value = varint();
        if (value > Integer.MAX_VALUE) {
            throw malformed("number above 2^31 - 1");
        }
        return (int) value;
    }

    /** Reads how many entries follow, each of at least so many bytes; 65,536 are the most. */
    int count(int leastBytesEach) throws FrameFormatException {
        long count = varint();
        if (count > MAX_ENTRIES || count > remaining() / leastBytesEach) {
            throw malformed("more entries announced than bytes are left, or than allowed");
        }
        return (int) count;
    }

    private int length() throws FrameFormatException {
        long length = varint();
        if (length > remaining()) {
            throw malformed("longer than the bytes that are left");
        }
        return (int) length;
    }

    byte[] bytes() throws FrameFormatException {
        int length = length();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    String string() throws FrameFormatException {
        int length = length();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    /** Returns a reader of the next bytes and goes past them. */
    ByteReader slice(int length) throws FrameFormatException {
        if (length < 0) {
            throw malformed("negative length");
        }
        need(length);
        ByteReader slice = new ByteReader(bytes, position, position + length);
        position += length;
        return slice;
    }

    /** Reads everything that is left. */
    byte[] rest() {
        byte[] value = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return value;
    }

    FrameFormatException malformed(String reason) {
        return new FrameFormatException(FrameFormatException.Kind.MALFORMED, reason, position);
    }

    private void need(int length) throws FrameFormatException {
        if (end - position < length) {
            throw malformed("ends too early");
        }
    }
}
