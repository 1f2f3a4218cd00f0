package dev.roost.server.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * Arrays of bytes to be written in order. Confined to a loop.
 *
 * <p>The arrays are shared and never copied as long as they wait: what a channel does not take stays here by
 * reference. To be written they are packed into the loop's direct buffer, so many small ones cost one system call and
 * a large one needs no direct memory of its own.
 */
public final class FrameQueue {
    private static final int FIRST_FRAMES = 16;
    private static final int KEPT_FRAMES = 1024;
    private static final byte[] NONE = {};

    private byte[][] frames = new byte[FIRST_FRAMES][];
    private int first;
    private int end;
    /** Bytes of the first frame that are written already. */
    private int offset;

    private long bytes;

    /** Adds an array, which nobody may change any more. */
    public void add(byte[] frame) {
        if (end == frames.length) {
            frames = Arrays.copyOf(frames, 2 * end);
        }
        frames[end++] = frame;
        bytes += frame.length;
    }

    /** True if nothing waits. */
    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Bytes that wait. */
    public long bytes() {
        return bytes;
    }

    /** True if a frame has been written in part. */
    public boolean isInsideFrame() {
        return offset > 0;
    }

    /** Forgets everything. */
    public void clear() {
        if (frames.length > KEPT_FRAMES) {
            frames = new byte[FIRST_FRAMES][];
        } else {
            Arrays.fill(frames, first, end, NONE);
        }
        first = 0;
        end = 0;
        offset = 0;
        bytes = 0;
    }

    /** Moves everything to a queue of its own; this one is empty afterwards. */
    public FrameQueue split() {
        FrameQueue rest = new FrameQueue();
        rest.frames = Arrays.copyOfRange(frames, first, Math.max(end, first + 1));
        rest.end = end - first;
        rest.offset = offset;
        rest.bytes = bytes;
        clear();
        return rest;
    }

    /**
     * Writes as much as the channel takes.
     *
     * @param buffer direct buffer to pack frames in
     * @return true if nothing is left
     */
    public boolean writeTo(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (bytes > 0) {
            buffer.clear();
            int packed = pack(buffer);
            buffer.flip();
            int written = channel.write(buffer);
            skip(written);
            if (written < packed) {
                return false;
            }
        }
        clear();
        return true;
    }

    /** Moves as much as fits to a buffer; false if there was nothing. */
    public boolean takeInto(ByteBuffer buffer) {
        if (bytes == 0) {
            return false;
        }
        skip(pack(buffer));
        return true;
    }

    private int pack(ByteBuffer buffer) {
        int from = offset;
        for (int i = first; i < end && buffer.hasRemaining(); i++) {
            byte[] frame = frames[i];
            buffer.put(frame, from, Math.min(frame.length - from, buffer.remaining()));
            from = 0;
        }
        return buffer.position();
    }

    private void skip(int written) {
        bytes -= written;
        int left = written + offset;
        while (first < end && left >= frames[first].length) {
            left -= frames[first].length;
            frames[first++] = NONE;
        }
        offset = left;
    }
}
