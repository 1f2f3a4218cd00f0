package dev.roost.server.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The exclusive-or a client applies to its payload, eight bytes at a time.
 *
 * <p>Keys are held in little-endian order: the low byte belongs to the first byte of the payload.
 *
 * <p>Spec: RFC 6455 section 5.3.
 */
final class Masking {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Masking() {}

    /**
     * Masks or unmasks in place.
     *
     * @param key masking key
     * @param phase how many bytes of the payload came before these
     */
    static void apply(byte[] bytes, int offset, int length, int key, int phase) {
        int turned = Integer.rotateRight(key, (phase & 3) * Byte.SIZE);
        long wide = (turned & 0xFFFF_FFFFL) * 0x1_0000_0001L;
        int at = offset;
        int end = offset + length;
        for (int last = end - Long.BYTES; at <= last; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
        }
        for (; at < end; at++) {
            bytes[at] ^= (byte) wide;
            wide >>>= Byte.SIZE;
        }
    }
}
