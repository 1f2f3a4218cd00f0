package dev.roost.server.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A message of which not every byte is here yet; exists only while that is so. Confined to the reader.
 *
 * <p>The buffer grows with what arrived, not with what was announced, so an announcement alone costs nothing.
 */
final class PartialMessage {
    private static final int FIRST_BYTES = 1024;

    private final boolean text;
    private final boolean compressed;
    private byte[] bytes = new byte[0];
    private int size;
    private int frames;
    private int utf8 = Utf8.START;
    private int key;
    private int phase;
    private int awaited;
    private boolean lastFrame;

    PartialMessage(boolean text, boolean compressed) {
        this.text = text;
        this.compressed = compressed;
    }

    boolean isText() {
        return text;
    }

    boolean isCompressed() {
        return compressed;
    }

    int size() {
        return size;
    }

    int frames() {
        return frames;
    }

    /** True while the payload of a frame is incomplete. */
    boolean insideFrame() {
        return awaited > 0;
    }

    /** True when the last frame is here entirely. */
    boolean isComplete() {
        return lastFrame && awaited == 0;
    }

    void beginFrame(int payloadBytes, int maskingKey, boolean last) {
        frames++;
        awaited = payloadBytes;
        key = maskingKey;
        phase = 0;
        lastFrame = last;
    }

    /** Takes what the buffer holds of the present frame. */
    void absorb(ByteBuffer in) throws WebSocketViolation {
        int count = Math.min(awaited, in.remaining());
        if (count > 0) {
            grow(count);
            in.get(bytes, size, count);
            Masking.apply(bytes, size, count, key, phase);
            if (text && !compressed) {
                utf8 = Utf8.check(utf8, bytes, size, count);
                if (utf8 == Utf8.INVALID) {
                    throw WebSocketViolation.invalidPayload("Invalid UTF-8");
                }
            }
            size += count;
            phase = phase + count & 3;
            awaited -= count;
        }
        if (isComplete() && utf8 != Utf8.START) {
            throw WebSocketViolation.invalidPayload("Invalid UTF-8");
        }
    }

    /** The message's bytes, of which {@link #size} count. */
    byte[] bytes() {
        return bytes;
    }

    /** The message's bytes as an array of exactly that size. */
    byte[] exactBytes() {
        return bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
    }

    private void grow(int count) {
        int needed = size + count;
        if (needed > bytes.length) {
            int announced = size + awaited;
            int capacity = Math.max(needed, Math.max(FIRST_BYTES, bytes.length * 2));
            bytes = Arrays.copyOf(bytes, Math.min(capacity, announced));
        }
    }
}
