package dev.roost.server.forward;

/** Something under way between this process and the owner of a session. Thread-safe. */
interface Active {
    /** True if it should have been over by now. */
    boolean isOverdue(long nanoTime);

    /** Breaks it off. Idempotent. */
    void abort();

    /** Ends it in good order if that can be begun from here: this process is about to end. Idempotent. */
    default void leave() {}
}
