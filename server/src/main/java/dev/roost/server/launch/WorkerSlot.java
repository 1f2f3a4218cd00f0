package dev.roost.server.launch;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One of the supervisor's workers, whichever process it is at present.
 *
 * <pre>
 * WAITING --started--> STARTING --ready--> READY
 *    ^                     |                 |
 *    +-------ended---------+------ended------+
 * </pre>
 *
 * <p>Confined to the supervisor's thread.
 */
final class WorkerSlot {
    private static final Logger LOG = System.getLogger(WorkerSlot.class.getName());
    /** Pings without an answer before a worker counts as hung; one a second. */
    private static final int MOST_MISSED = 10;

    static final Duration LONGEST_START = Duration.ofMinutes(2);
    /** After that long in service an end is no sign of a fault that will come back at once. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    private enum Phase {
        WAITING,
        STARTING,
        READY
    }

    private final int number;
    private final BackOff backOff = new BackOff();
    private Phase phase = Phase.WAITING;
    private long since;
    private int missed;
    private boolean everReady;
    private @Nullable WorkerProcess process;

    WorkerSlot(int number, long now) {
        this.number = number;
        this.since = now;
    }

    int number() {
        return number;
    }

    @Nullable
    WorkerProcess process() {
        return process;
    }

    boolean isReady() {
        return phase == Phase.READY;
    }

    boolean isStarting() {
        return phase == Phase.STARTING;
    }

    boolean everReady() {
        return everReady;
    }

    /** When the next process is due; empty while there is one. */
    OptionalLong due() {
        return phase == Phase.WAITING ? OptionalLong.of(since) : OptionalLong.empty();
    }

    void started(WorkerProcess worker, long now) {
        process = worker;
        phase = Phase.STARTING;
        since = now;
        missed = 0;
    }

    /** Returns false if that is no news. */
    boolean ready(WorkerProcess worker, long now) {
        if (worker != process || phase != Phase.STARTING) {
            return false;
        }
        phase = Phase.READY;
        since = now;
        everReady = true;
        return true;
    }

    /** Another process serves in its place from now on; returns the one that did. */
    @Nullable
    WorkerProcess replaced(WorkerProcess successor, long now) {
        WorkerProcess old = process;
        process = successor;
        phase = Phase.READY;
        since = now;
        missed = 0;
        return old;
    }

    void answered(WorkerProcess worker) {
        if (worker == process) {
            missed = 0;
        }
    }

    /** Asks for a sign of life, or kills it if there was none for too long. Once a second. */
    void check(long now) {
        WorkerProcess present = process;
        if (present == null) {
            return;
        }
        // Counted, not timed: a supervisor that was stopped itself, or a machine that slept, must not blame the worker.
        if (phase == Phase.READY && ++missed > MOST_MISSED) {
            LOG.log(
                    Logger.Level.WARNING,
                    "worker " + number + " (pid " + present.pid() + ") has not answered " + MOST_MISSED
                            + " pings: it hangs and is killed");
            missed = 0;
            present.kill();
        } else if (phase == Phase.STARTING && now - since > LONGEST_START.toNanos()) {
            LOG.log(
                    Logger.Level.WARNING,
                    "worker " + number + " (pid " + present.pid() + ") was not ready within " + LONGEST_START
                            + " and is killed");
            since = now;
            present.kill();
        } else if (phase == Phase.READY) {
            present.send(ControlLine.PING);
        }
    }

    /** Returns how long to wait for the next process. */
    Duration ended(long now) {
        if (phase == Phase.READY && now - since > STEADY.toNanos()) {
            backOff.reset();
        }
        Duration wait = backOff.next();
        process = null;
        phase = Phase.WAITING;
        since = now + wait.toNanos();
        return wait;
    }
}
