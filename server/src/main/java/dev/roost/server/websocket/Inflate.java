package dev.roost.server.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates messages up to a limit. Confined to one loop, shared by its connections: no context is carried over.
 *
 * <p>Output is counted while it is made, so a bomb costs no more than the limit.
 *
 * <p>Spec: RFC 7692 section 7.2.2, security 5 (W10, W11).
 */
final class Inflate {
    /** What the sender cut off the end of each message. */
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int FIRST_BYTES = 512;
    private static final int EXPECTED_RATIO = 4;

    private final Inflater inflater = new Inflater(true);
    private final byte[] probe = new byte[1];
    private byte[] out = probe;
    private int size;
    private int limit;
    private long total;

    /** Bytes made so far, of all messages. */
    long total() {
        return total;
    }

    /**
     * Inflates one message.
     *
     * @param maxBytes most bytes it may have; more is a violation
     */
    byte[] inflate(byte[] deflated, int length, int maxBytes) throws WebSocketViolation {
        limit = maxBytes;
        out = new byte[(int) Math.min(maxBytes, Math.max(FIRST_BYTES, (long) length * EXPECTED_RATIO))];
        size = 0;
        inflater.reset();
        try {
            consume(deflated, length);
            consume(TAIL, TAIL.length);
            return size == out.length ? out : Arrays.copyOf(out, size);
        } catch (DataFormatException e) {
            throw WebSocketViolation.invalidPayload("Invalid compressed data");
        } finally {
            out = probe;
        }
    }

    private void consume(byte[] input, int length) throws DataFormatException, WebSocketViolation {
        inflater.setInput(input, 0, length);
        while (true) {
            int made = step();
            if (made > 0) {
                continue;
            }
            if (inflater.finished()) {
                // a final block may be followed by another stream (RFC 7692 7.2.3.4)
                int left = inflater.getRemaining();
                if (left == 0) {
                    return;
                }
                inflater.reset();
                inflater.setInput(input, length - left, left);
            } else if (inflater.needsInput()) {
                return;
            } else {
                throw new DataFormatException();
            }
        }
    }

    private int step() throws DataFormatException, WebSocketViolation {
        if (size == out.length && out.length < limit) {
            out = Arrays.copyOf(out, (int) Math.min(limit, 2L * out.length));
        }
        if (size == out.length) {
            int over = inflater.inflate(probe, 0, 1);
            if (over > 0) {
                throw WebSocketViolation.tooBig();
            }
            return over;
        }
        int made = inflater.inflate(out, size, out.length - size);
        size += made;
        total += made;
        return made;
    }
}
