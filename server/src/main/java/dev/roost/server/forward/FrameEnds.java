package dev.roost.server.forward;

import java.nio.ByteBuffer;

/**
 * Follows what an owner sends on a WebSocket, to know where a frame ends: only there may another one be put in.
 *
 * <p>Frames of a server are not masked. Confined to whoever moves the bytes.
 *
 * <p>Spec: RFC 6455 section 5.2.
 */
final class FrameEnds {
    private static final int LENGTH_BITS = 0x7f;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    /** Bytes of the header seen so far; 0 outside of it. */
    private int header;

    private int lengthBytes;
    private long payload;

    /** True if the last frame is complete and the next one has not begun. */
    boolean isBetween() {
        return header == 0 && payload == 0;
    }

    /** Follows all of the bytes. */
    void follow(ByteBuffer bytes) {
        for (int at = bytes.position(); at < bytes.limit(); ) {
            at = frame(bytes, at);
        }
    }

    /** Follows up to the end of the frame that has begun, if it is among the bytes; returns where it stopped. */
    int followToEnd(ByteBuffer bytes) {
        return isBetween() ? bytes.position() : frame(bytes, bytes.position());
    }

    private int frame(ByteBuffer bytes, int from) {
        int at = from;
        while (at < bytes.limit()) {
            if (payload > 0 && header == 0) {
                long step = Math.min(payload, bytes.limit() - at);
                payload -= step;
                at += (int) step;
            } else {
                header(bytes.get(at++) & 0xff);
            }
            if (isBetween()) {
                return at;
            }
        }
        return at;
    }

    private void header(int next) {
        header++;
        if (header == 2) {
            int length = next & LENGTH_BITS;
            lengthBytes = length == TWO_BYTES ? 2 : length == EIGHT_BYTES ? Long.BYTES : 0;
            payload = lengthBytes == 0 ? length : 0;
        } else if (header > 2) {
            payload = payload << Byte.SIZE | next;
        }
        if (header == 2 + lengthBytes) {
            header = 0;
            lengthBytes = 0;
        }
    }
}
