package dev.roost.adapter.cluster;

import dev.roost.adapter.Counters;
import dev.roost.adapter.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts incidents, and warns of each class of them once in ten seconds. Thread-safe: guarded by its own lock.
 *
 * <p>A peer can cause some of them at any rate, hence neither the log nor its text is in its hands.
 */
public final class IncidentLog {
    private static final System.Logger LOG = System.getLogger(IncidentLog.class.getName());
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final Counters counters;
    private final Scheduler clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable Line[] lines = new Line[Incident.values().length];

    private record Line(long writtenAt, long suppressed) {}

    /** Makes a log. */
    public IncidentLog(Counters counters, Scheduler clock) {
        this.counters = counters;
        this.clock = clock;
    }

    /** Counts. */
    public void report(Incident incident, String detail) {
        report(incident, 1, detail, null);
    }

    /** Counts. */
    public void report(Incident incident, String detail, Throwable cause) {
        report(incident, 1, detail, cause);
    }

    /** Counts. */
    public void report(Incident incident, long count, String detail, @Nullable Throwable cause) {
        counters.add(incident.counter(), count);
        long suppressed = due(incident, clock.nanoTime());
        if (suppressed >= 0) {
            String more = suppressed == 0 ? "" : " (" + suppressed + " more like this since the last line)";
            LOG.log(Level.WARNING, incident.counter() + ": " + detail + more, cause);
        }
    }

    /** Returns how many lines were left out before this one, or -1 when this one is left out too. */
    private long due(Incident incident, long now) {
        lock.lock();
        try {
            Line last = lines[incident.ordinal()];
            if (last != null && now - last.writtenAt() < QUIET_NANOS) {
                lines[incident.ordinal()] = new Line(last.writtenAt(), last.suppressed() + 1);
                return -1;
            }
            lines[incident.ordinal()] = new Line(now, 0);
            return last == null ? 0 : last.suppressed();
        } finally {
            lock.unlock();
        }
    }
}
