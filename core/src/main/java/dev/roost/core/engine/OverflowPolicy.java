package dev.roost.core.engine;

/** What happens when a session's outbox would pass its bound. */
public enum OverflowPolicy {
    /** The session ends with {@link CloseReason#TRANSPORT_ERROR} and a description that names the bound. */
    CLOSE,
    /** The oldest messages make room; packets of the protocol itself are kept. */
    DROP_OLDEST
}
