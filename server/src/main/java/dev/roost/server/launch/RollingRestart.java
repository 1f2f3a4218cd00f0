package dev.roost.server.launch;

import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces all workers, one after the other, without a moment in which fewer serve than before.
 *
 * <pre>
 * next slot: start a successor --ready--> tell the old one to drain --gone--> next slot
 *                  |
 *                  +--gone, or not ready in time--> stop here, the old ones go on
 * </pre>
 *
 * <p>Confined to the supervisor's thread.
 */
final class RollingRestart {
    private static final Logger LOG = System.getLogger(RollingRestart.class.getName());

    private final Function<WorkerSlot, WorkerProcess> launch;
    private final Duration longestDrain;
    private final Deque<WorkerSlot> left;
    private final int count;
    private @Nullable WorkerSlot slot;
    private @Nullable WorkerProcess successor;
    private @Nullable WorkerProcess retiring;
    private long deadline;
    private boolean over;

    /**
     * Makes a restart of all workers that serve at present; the others are being started anyway.
     *
     * @param launch starts a successor beside the worker of a slot
     * @param longestDrain after which a worker that was told to go is killed
     */
    RollingRestart(List<WorkerSlot> slots, Function<WorkerSlot, WorkerProcess> launch, Duration longestDrain) {
        this.launch = launch;
        this.longestDrain = longestDrain;
        this.left = new ArrayDeque<>(slots.stream().filter(WorkerSlot::isReady).toList());
        this.count = left.size();
        LOG.log(Logger.Level.INFO, "rolling restart of " + count + " workers");
    }

    /** True once there is nothing more to do. */
    boolean isOver() {
        return over && retiring == null;
    }

    /** Processes that are in no slot. */
    Stream<WorkerProcess> processes() {
        return Stream.of(successor, retiring).filter(Objects::nonNull);
    }

    /** Does what is due. */
    void act(long now) {
        WorkerProcess old = retiring;
        WorkerProcess young = successor;
        if (old != null && now - deadline >= 0) {
            LOG.log(Logger.Level.WARNING, "pid " + old.pid() + " has not drained within " + longestDrain + ": killed");
            deadline = now + longestDrain.toNanos();
            old.kill();
        } else if (young != null && now - deadline >= 0) {
            young.kill();
            stop("the new process (pid " + young.pid() + ") was not ready within " + WorkerSlot.LONGEST_START);
        } else if (old == null && young == null && !over) {
            next(now);
        }
    }

    private void next(long now) {
        WorkerSlot next = left.poll();
        while (next != null && !next.isReady()) {
            // It ended meanwhile, so another process is started in its place anyway.
            next = left.poll();
        }
        if (next == null) {
            over = true;
            LOG.log(Logger.Level.INFO, "rolling restart: all " + count + " workers are replaced");
        } else {
            slot = next;
            successor = launch.apply(next);
            deadline = now + WorkerSlot.LONGEST_START.toNanos();
        }
    }

    /** A process serves; returns false if it is no successor. */
    boolean ready(WorkerProcess process, long now) {
        WorkerSlot present = slot;
        if (process != successor || present == null) {
            return false;
        }
        successor = null;
        retiring = present.replaced(process, now);
        deadline = now + longestDrain.toNanos();
        if (retiring != null) {
            LOG.log(
                    Logger.Level.INFO,
                    "rolling restart: worker " + present.number() + " is pid " + process.pid() + " now, pid "
                            + retiring.pid() + " drains");
            retiring.terminate();
        }
        return true;
    }

    /** A process ended; returns false if it is in a slot. */
    boolean ended(WorkerProcess process, int code) {
        if (process == retiring) {
            retiring = null;
            LOG.log(
                    code == 0 ? Logger.Level.INFO : Logger.Level.WARNING,
                    "rolling restart: pid " + process.pid() + " ended with exit code " + code);
            return true;
        }
        if (process == successor) {
            successor = null;
            stop("the new process (pid " + process.pid() + ") ended with exit code " + code + " before it served");
            return true;
        }
        if (slot != null && process == slot.process() && successor != null) {
            successor.kill();
            stop("the worker that was to be replaced ended by itself");
        }
        // One that was given up on, perhaps.
        return false;
    }

    /** Ends here. */
    void stop(String reason) {
        if (!over) {
            over = true;
            int number = slot == null ? 0 : slot.number();
            LOG.log(
                    Logger.Level.WARNING,
                    "rolling restart stopped at worker " + number + ": " + reason + "; the workers there are go on");
        }
    }
}
