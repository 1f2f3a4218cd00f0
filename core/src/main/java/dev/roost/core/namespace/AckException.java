package dev.roost.core.namespace;

import dev.roost.core.packet.ArgumentException;

/**
 * The client's acknowledgement did not come, or is not what was asked for.
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

    /** The answer does not fit the type that was asked for. */
    AckException(ArgumentException misfit) {
        super(Reason.WRONG_TYPE.text + ": " + misfit.getMessage(), misfit);
        this.reason = Reason.WRONG_TYPE;
    }

    /** The same with the trace of who waited. */
    AckException thrownHere() {
        return new AckException(reason, true);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** Why there is no acknowledgement. */
    public enum Reason {
        /** The client took too long. */
        TIMEOUT("operation has timed out"),
        /** The client went away, or was not connected. */
        DISCONNECTED("socket has been disconnected"),
        /** The client answered, but not with the type that was asked for; the cause says what came and where. */
        WRONG_TYPE("acknowledgement is not of the type asked for"),
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
