package dev.roost.core.engine;

/**
 * When one session's next heartbeat is due and whether one was missed; owns no timer.
 *
 * <p>Revision 4, the server pings:
 *
 * <pre>
 *           due                  pong                  other packet           upgraded
 * RESTING   PING, to AWAITING    due in an interval    -                      -
 * AWAITING  MISSED               to RESTING            to EXTENDED            ping again, due in a timeout
 * EXTENDED  MISSED               to RESTING            -                      to AWAITING, ping again
 * </pre>
 *
 * <p>The first packet other than a pong is a sign of life and extends the wait once, by a full timeout. After an
 * upgrade the ping is sent again, since the old transport may have lost it: otherwise nothing would ever end a session
 * whose client never saw it. While reading is paused nobody can be blamed for a missing pong: pings go on, so the
 * client stays, and the wait starts anew when reading goes on.
 *
 * <p>Revision 3, the client pings: every ping sets the deadline to an interval and a timeout from now.
 *
 * <p>Confined to the loop. Spec: engine-io 8 and 13.
 */
final class Heartbeat {
    /** What has to be done when the due time came. */
    enum Duty {
        PING,
        MISSED,
        NONE
    }

    private enum Phase {
        /** Revision 4, between a pong and the next ping. */
        RESTING,
        AWAITING,
        EXTENDED,
        /** Revision 3. */
        LISTENING
    }

    private final EngineConfig config;
    private Phase phase;
    private boolean paused;
    private long due;

    Heartbeat(EngineConfig config, int revision, long now) {
        this.config = config;
        this.phase = revision == 3 ? Phase.LISTENING : Phase.RESTING;
        this.due = revision == 3 ? now + intervalAndTimeout() : now + interval();
    }

    /** When something is due next, in nanoseconds of the loop's clock. */
    long due() {
        return due;
    }

    /** The due time came. */
    Duty passed(long now) {
        if (phase == Phase.RESTING || (paused && phase != Phase.LISTENING)) {
            phase = Phase.AWAITING;
            due = now + (paused ? interval() : timeout());
            return Duty.PING;
        }
        if (paused) {
            due = now + intervalAndTimeout();
            return Duty.NONE;
        }
        return Duty.MISSED;
    }

    /** A pong came (revision 4), asked for or not. */
    void pongReceived(long now) {
        phase = Phase.RESTING;
        due = now + interval();
    }

    /** A ping came (revision 3). */
    void pingReceived(long now) {
        due = now + intervalAndTimeout();
    }

    /** True if {@link #packetReceived} would change anything. */
    boolean extensible() {
        return phase == Phase.AWAITING;
    }

    /** A packet that is no heartbeat came. */
    void packetReceived(long now) {
        if (phase == Phase.AWAITING) {
            phase = Phase.EXTENDED;
            due = now + timeout();
        }
    }

    /** The session moved to another transport; returns true if a ping must be sent on it. */
    boolean upgraded(long now) {
        if (phase != Phase.AWAITING && phase != Phase.EXTENDED) {
            return false;
        }
        phase = Phase.AWAITING;
        due = now + timeout();
        return true;
    }

    /** Reading stopped for want of room, or goes on. */
    void paused(boolean on, long now) {
        if (paused == on) {
            return;
        }
        paused = on;
        if (on) {
            return;
        }
        if (phase == Phase.LISTENING) {
            due = now + intervalAndTimeout();
        } else if (phase != Phase.RESTING) {
            phase = Phase.AWAITING;
            due = now + timeout();
        }
    }

    private long interval() {
        return config.pingInterval().toNanos();
    }

    private long timeout() {
        return config.pingTimeout().toNanos();
    }

    private long intervalAndTimeout() {
        return interval() + timeout();
    }
}
