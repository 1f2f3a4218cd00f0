package dev.roost.core.engine;

/**
 * Life of one session.
 *
 * <pre>
 *            opened   closeRequested   goodbyeTaken      ended
 * OPENING    OPEN     -                -                 CLOSED
 * OPEN       -        CLOSING          -                 CLOSED
 * CLOSING    -        -                CLOSING (once)    CLOSED
 * CLOSED     -        -                -                 -
 * </pre>
 *
 * <p>A method returns true to exactly one caller, the one whose duty the transition is; a dash is false.
 *
 * <p>Changed under the lock of the outbox it belongs to; the phase may be read by any thread without it.
 *
 * <p>Spec: engine-io 9.
 */
final class SessionState {
    /** Where in its life a session is. */
    enum Phase {
        /** The handler does not know it yet; messages are already queued. */
        OPENING,
        OPEN,
        /** No more messages are accepted; what is queued still leaves. */
        CLOSING,
        CLOSED
    }

    private volatile Phase phase = Phase.OPENING;
    private boolean goodbye;

    Phase phase() {
        return phase;
    }

    /** True while messages are accepted. */
    boolean accepts() {
        Phase now = phase;
        return now == Phase.OPEN || now == Phase.OPENING;
    }

    /** The handler took the session. */
    boolean opened() {
        return move(Phase.OPENING, Phase.OPEN);
    }

    /** The server wants to end it in good order. */
    boolean closeRequested() {
        return move(Phase.OPEN, Phase.CLOSING);
    }

    /** A poll is about to carry the last packet. */
    boolean goodbyeTaken() {
        if (phase != Phase.CLOSING || goodbye) {
            return false;
        }
        goodbye = true;
        return true;
    }

    /** True once a poll has taken the last packet. */
    boolean goodbyeSaid() {
        return goodbye;
    }

    /** It is over, for whatever reason. */
    boolean ended() {
        if (phase == Phase.CLOSED) {
            return false;
        }
        phase = Phase.CLOSED;
        return true;
    }

    private boolean move(Phase from, Phase to) {
        if (phase != from) {
            return false;
        }
        phase = to;
        return true;
    }
}
