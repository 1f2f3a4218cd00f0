package dev.roost.core.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a session tells the protocol above it. Called on the session's loop; no method blocks.
 *
 * <p>Spec: engine-io 9.
 */
public interface SessionListener {
    /**
     * A text message came.
     *
     * @param utf8 shared buffer, valid only during the call
     * @param offset first byte after the packet's type digit
     * @param length number of bytes of valid UTF-8
     */
    void text(byte[] utf8, int offset, int length);

    /** A binary message came. The array belongs to the listener. */
    void binary(byte[] data);

    /** The session is over; called exactly once, nothing follows. */
    void closed(CloseReason reason, @Nullable String description);

    /** The client moved to another transport. */
    default void upgraded(Transport.Name to) {}

    /** Everything that was queued has been written. Not called by a transport that knew nobody wants to be told. */
    default void drained() {}

    /** True if {@link #drained} does anything. Constant. */
    default boolean watchesDrain() {
        return false;
    }
}
