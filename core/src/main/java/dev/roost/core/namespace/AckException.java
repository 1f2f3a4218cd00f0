package dev.roost.core.namespace;

/**
 * The client's acknowledgement did not come.
 *
 * <p>Spec: socket-io 6, features K10 and K11.
 */
public final class AckException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Made where nobody waits: without a trace, which would show the loop. */
    AckException(Reason reason) {
        this(reason, false);
    }

    private AckException(Reason reason, boolean trace) {
        super(reason.text, null, false, trace);
        this.reason = reason;
    }

    /** The same with the trace of who waited. */
    AckException thrownHere() {
        return new AckException(reason, true);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Why an acknowledgement did not come. */
    public enum Reason {
        /** The client took too long. */
        TIMEOUT("operation has timed out"),
        /** The client went away, or was not connected. */
        DISCONNECTED("socket has been disconnected"),
        /** The event was volatile and the client not writable. */
        NOT_SENT("volatile event was not sent"),
        /** More acknowledgements of this client are awaited than {@code limits.max-pending-acks} allows. */
        TOO_MANY_PENDING("too many acknowledgements are pending (limits.max-pending-acks)"),
        /** Handlers waited for their own client while it sent more than the inbound queue may hold. */
        INBOUND_QUEUE_FULL("inbound queue is full while a handler waits for its own client");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }
}
