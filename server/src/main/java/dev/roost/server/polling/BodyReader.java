package dev.roost.server.polling;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Reads a request body within bounds of size and time. Immutable.
 *
 * <p>Memory grows with what has come, never with what was announced.
 *
 * <p>Spec: security P1 to P3.
 */
public final class BodyReader {
    private static final int FIRST = 8 * 1024;
    /** Most bytes that are read of a body nobody wants. */
    static final int DISCARDED = 64 * 1024;

    private static final long GRACE_NANOS = 5_000_000_000L;
    private static final long LEAST_PER_SECOND = 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long maxBytes;
    private final long timeoutNanos;
    private final LongSupplier nanoTime;

    /** Reads bodies of so many bytes, in so much time. */
    public BodyReader(long maxBytes, long timeoutNanos, LongSupplier nanoTime) {
        this.maxBytes = maxBytes;
        this.timeoutNanos = timeoutNanos;
        this.nanoTime = nanoTime;
    }

    /** The body has more bytes than allowed. */
    static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean readable;

        TooLarge(boolean readable) {
            super("body too large", null, false, false);
            this.readable = readable;
        }

        /** True if the rest of the body can still be read. */
        boolean readable() {
            return readable;
        }
    }

    /** The body comes too slowly. */
    static final class TooSlow extends Exception {
        private static final long serialVersionUID = 1L;

        TooSlow() {
            super("body too slow", null, false, false);
        }
    }

    byte[] read(InputStream in) throws IOException, TooLarge, TooSlow {
        long start = nanoTime.getAsLong();
        byte[] buffer = new byte[(int) Math.min(FIRST, maxBytes + 1)];
        int length = 0;
        while (true) {
            int count = in.read(buffer, length, buffer.length - length);
            if (count < 0) {
                return Arrays.copyOf(buffer, length);
            }
            length += count;
            if (length > maxBytes) {
                throw new TooLarge(true);
            }
            checkPace(length, nanoTime.getAsLong() - start);
            if (length == buffer.length) {
                // One byte more than allowed is enough to see that it is too large.
                buffer = Arrays.copyOf(buffer, (int) Math.min(2L * length, maxBytes + 1));
            }
        }
    }

    private void checkPace(int length, long elapsed) throws TooSlow {
        boolean crawls = elapsed > GRACE_NANOS && length < LEAST_PER_SECOND * (elapsed / SECOND_NANOS);
        if (elapsed > timeoutNanos || crawls) {
            throw new TooSlow();
        }
    }

    /** Throws away what is left of a body; returns false if it is not worth the wait. */
    public boolean discard(InputStream in) {
        byte[] buffer = new byte[FIRST];
        long start = nanoTime.getAsLong();
        int length = 0;
        try {
            while (length <= DISCARDED && nanoTime.getAsLong() - start < GRACE_NANOS) {
                int count = in.read(buffer, 0, buffer.length);
                if (count < 0) {
                    return true;
                }
                length += count;
            }
            return false;
        } catch (IOException | RuntimeException e) {
            // The client is gone, or the rest is no valid body: either way the connection ends.
            return false;
        }
    }
}
