package dev.roost.server.websocket;

/**
 * What a peer may send. Immutable.
 *
 * <p>Spec: security 1, {@code max-payload}, {@code max-frame}, {@code max-fragments}.
 *
 * @param maxPayloadBytes bytes of one message, over all fragments, before and after inflation
 * @param maxFragments frames of one message
 */
record FrameLimits(int maxPayloadBytes, int maxFragments) {
    private static final int MIN_FRAGMENTS = 128;
    private static final int BYTES_PER_FRAGMENT = 4096;

    FrameLimits {
        if (maxPayloadBytes < 1) {
            throw new IllegalArgumentException("maxPayloadBytes must be at least 1, is " + maxPayloadBytes);
        }
        if (maxFragments < 1) {
            throw new IllegalArgumentException("maxFragments must be at least 1, is " + maxFragments);
        }
    }

    /** Limits for messages of that many bytes. */
    static FrameLimits of(int maxPayloadBytes) {
        return new FrameLimits(maxPayloadBytes, Math.max(MIN_FRAGMENTS, maxPayloadBytes / BYTES_PER_FRAGMENT));
    }
}
