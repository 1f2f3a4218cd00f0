package dev.roost.core.recovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of one namespace on this node, in the order clients get them.
 *
 * <p>Every event has a position. The events themselves are kept in a ring bounded in number, age and, together with
 * those of other namespaces, bytes; positions only grow, also from one log of a namespace to the next. What is not
 * known to be complete is not given out: where the ring does not reach, or where events of other nodes may have been
 * lost, there is no recovery.
 *
 * <p>Thread-safe: guarded by its own lock. Who must do more in one step with it, such as handing an event to those who
 * are meant, {@linkplain #hold holds} it meanwhile.
 *
 * <p>Spec: socket-io 12, design 6.
 */
public final class RecoveryLog {
    private static final int SMALLEST = 16;
    /** Before every position. */
    private static final long NONE = -1;

    /** Events looked at in one hold of the lock. */
    private static final int STRIDE = 1_000;

    private final long start;
    private final int maxEntries;
    private final long maxAgeNanos;
    private final AtomicLong totalBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by the lock. */
    private final Numbers numbers = new Numbers();

    /** The entry of a position stands at its remainder; the length is a power of two. */
    @GuardedBy("lock")
    private @Nullable LogEntry[] ring = new LogEntry[SMALLEST];

    /** Position of the newest event that was not one socket's own. */
    @GuardedBy("lock")
    private long lastShared = NONE;

    /** Position of the newest event of each socket alone: who comes back need not look at those of all others. */
    @GuardedBy("lock")
    private final Map<String, Long> lastOwn = new HashMap<>();

    /** Those of them with a number: of many sessions that come here, each asks for these only. */
    @GuardedBy("lock")
    private final ArrayDeque<LogEntry> numbered = new ArrayDeque<>(0);

    /** Position of the oldest entry that is there. */
    @GuardedBy("lock")
    private long first;

    /** Position of the newest event. */
    @GuardedBy("lock")
    private long last;

    /** Who got less than what stands here may lack something that is in no log. */
    @GuardedBy("lock")
    private long completeFrom;

    private volatile long bytes;

    /**
     * Makes a log without events.
     *
     * @param start the newest position there ever was
     * @param totalBytes bytes of all logs together
     */
    public RecoveryLog(long start, int maxEntries, long maxAgeNanos, AtomicLong totalBytes) {
        this.start = start;
        this.maxEntries = maxEntries;
        this.maxAgeNanos = maxAgeNanos;
        this.totalBytes = totalBytes;
        this.first = start + 1;
        this.last = start;
        this.completeFrom = start;
    }

    /** Has everybody else wait until {@link #release}. */
    public void hold() {
        lock.lock();
    }

    /** Ends {@link #hold}. */
    public void release() {
        lock.unlock();
    }

    /** What was for a socket after a position; null if that is not there. */
    @Nullable
    Missed missedAfter(RecoveryState state, long after) {
        lock.lock();
        try {
            Missed missed = new Missed(state, after);
            return after >= completeFrom && read(missed, Integer.MAX_VALUE) ? missed : null;
        } finally {
            lock.unlock();
        }
    }

    /** The entry of a position; null if it is not there. */
    @Nullable
    LogEntry at(long position) {
        lock.lock();
        try {
            return position < first || position > last ? null : ring[index(position)];
        } finally {
            lock.unlock();
        }
    }

    /** Who got less than what stands here may lack something that is in no log. */
    public long completeFrom() {
        lock.lock();
        try {
            return completeFrom;
        } finally {
            lock.unlock();
        }
    }

    /** Where this log began, if it still holds everything that was sent since; -1 otherwise. */
    long wholeSince() {
        lock.lock();
        try {
            return completeFrom == start && reaches(start) ? start : -1;
        } finally {
            lock.unlock();
        }
    }

    /** Numbers of the events of all nodes; used with this log {@linkplain #hold held} only. */
    public Numbers numbers() {
        return numbers;
    }

    /** The entries that are there and have a number, oldest first. */
    List<LogEntry> numbered() {
        lock.lock();
        try {
            return new ArrayList<>(numbered);
        } finally {
            lock.unlock();
        }
    }

    /** Has those look again who wait in {@link #await}; with the log held. */
    public void changed() {
        changed.signalAll();
    }

    /** Waits until something holds, looking again with every change; false if it does not in time. */
    boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = limit.toNanos();
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Position of the newest event. */
    public long position() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Appends an event for whom a selection means on this node; returns its position. */
    public long add(Selection selection, Payload event, long now) {
        return add(selection, null, event, null, 0, now);
    }

    /** Appends an event of one socket alone; returns its position. */
    public long add(String socketId, Payload event, long now) {
        return add(Selection.ALL, socketId, event, null, 0, now);
    }

    /** Appends an event that every node gets, with its number; returns its position. */
    public long add(Selection selection, Payload event, NodeId origin, long number, long now) {
        return add(selection, null, event, origin, number, now);
    }

    private long add(
            Selection selection, @Nullable String only, Payload event, @Nullable NodeId origin, long number, long now) {
        lock.lock();
        try {
            dropOlderThan(now - maxAgeNanos);
            if (last - first + 1 >= maxEntries) {
                dropFirst();
            }
            last++;
            Long ownBefore = only == null ? null : lastOwn.put(only, last);
            LogEntry entry = new LogEntry(
                    last,
                    now,
                    selection,
                    only,
                    event,
                    origin,
                    number,
                    lastShared,
                    ownBefore == null ? NONE : ownBefore);
            if (only == null) {
                lastShared = last;
            }
            if (last - first >= ring.length) {
                grow();
            }
            ring[index(last)] = entry;
            if (origin != null) {
                numbered.addLast(entry);
            }
            count(entry.bytes());
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a position to an event that is kept elsewhere; returns it. */
    public long pass() {
        lock.lock();
        try {
            while (first <= last) {
                dropFirst();
            }
            last++;
            first = last + 1;
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Events of other nodes may have been lost: nobody comes back to what was before. */
    public void gap() {
        lock.lock();
        try {
            // What was lost has this position: who remembers an earlier one may lack it.
            completeFrom = pass();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins to gather what a client missed.
     *
     * @param said what it remembers; empty if it got no event at all
     * @param self this node
     * @return null if it can not be said what it missed, or if it remembers what never was
     */
    public @Nullable Missed missed(RecoveryState state, Optional<Offset> said, NodeId self) {
        lock.lock();
        try {
            long got = got(state, said, self);
            long after = state.missesAfter(got);
            return got >= completeFrom && reaches(after) && after >= state.roomsKnownFrom()
                    ? new Missed(state, after)
                    : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a session that was handed over one like any other, once it is known what its client remembers: appends what
     * it missed as events of its own, so that what follows has a later place.
     *
     * @return false if it cannot be said what it missed
     */
    public boolean settle(RecoveryState state, Optional<Offset> said, long now) {
        lock.lock();
        try {
            Handed handed = state.handed();
            if (handed == null) {
                return false;
            }
            List<Payload> missed = handed.missed(said);
            if (missed == null || handed.base() < completeFrom || !reaches(handed.base())) {
                return false;
            }
            entriesFor(state, handed.base(), last).forEach(entry -> missed.add(entry.event()));
            state.handed(null);
            state.connected(last);
            missed.forEach(event -> add(state.socketId(), event, now));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Position of the last event a client got; -1 if that cannot be. */
    @GuardedBy("lock")
    private long got(RecoveryState state, Optional<Offset> said, NodeId self) {
        if (said.isEmpty() || !said.get().node().equals(self)) {
            // Clients never forget: an offset of another node, or of an earlier session, says nothing about this one.
            return state.connected();
        }
        long position = said.get().position();
        return position > last ? -1 : Math.max(state.connected(), position);
    }

    /**
     * Gathers more of what a client missed, looking at so many events at the most.
     *
     * @return false if it can no longer be said
     */
    public boolean read(Missed missed, int most) {
        lock.lock();
        try {
            if (!reaches(missed.readUpTo) || missed.readUpTo < completeFrom) {
                return false;
            }
            long upTo = Math.min(last, missed.readUpTo + most);
            entriesFor(missed.state, missed.readUpTo, upTo).forEach(missed::add);
            missed.readUpTo = upTo;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gathers all of it, without having everybody wait for long; what comes meanwhile may be lacking. */
    public boolean readAlmostAll(Missed missed) {
        do {
            if (!read(missed, STRIDE)) {
                return false;
            }
        } while (!isRead(missed));
        return true;
    }

    boolean isRead(Missed missed) {
        lock.lock();
        try {
            return missed.readUpTo == last;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is too old. */
    public void expire(long now) {
        lock.lock();
        try {
            dropOlderThan(now - maxAgeNanos);
            if (first > last && ring.length > SMALLEST) {
                ring = new LogEntry[SMALLEST];
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops the oldest events until so many bytes are free, or none is left. */
    public void free(long wanted) {
        lock.lock();
        try {
            long goal = bytes - wanted;
            while (first <= last && bytes > goal) {
                dropFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of the events that are there. */
    public long bytes() {
        return bytes;
    }

    /** What is for a socket after one position, up to another, in order; all of that must be there. */
    @GuardedBy("lock")
    private List<LogEntry> entriesFor(RecoveryState state, long after, long upTo) {
        List<LogEntry> found = new ArrayList<>();
        LogEntry newest = after(upTo, after);
        LogEntry shared = newest == null || newest.only() == null ? newest : after(newest.sharedBefore(), after);
        while (shared != null) {
            if (shared.isFor(state)) {
                found.add(shared);
            }
            shared = after(shared.sharedBefore(), after);
        }
        LogEntry own = after(lastOwn.getOrDefault(state.socketId(), NONE), after);
        while (own != null) {
            if (own.position() <= upTo) {
                found.add(own);
            }
            own = after(own.ownBefore(), after);
        }
        found.sort(Comparator.comparingLong(LogEntry::position));
        return found;
    }

    /** The entry of a position if that is later than another. */
    @GuardedBy("lock")
    private @Nullable LogEntry after(long position, long other) {
        return position <= other || position < first ? null : ring[index(position)];
    }

    @GuardedBy("lock")
    private boolean reaches(long after) {
        return after >= first - 1;
    }

    @GuardedBy("lock")
    private void dropOlderThan(long time) {
        while (first <= last) {
            LogEntry oldest = ring[index(first)];
            if (oldest != null && oldest.time() - time >= 0) {
                return;
            }
            dropFirst();
        }
    }

    @GuardedBy("lock")
    private void dropFirst() {
        LogEntry dropped = ring[index(first)];
        ring[index(first)] = null;
        first++;
        if (dropped != null) {
            if (dropped.origin() != null) {
                numbered.removeFirst();
            }
            if (dropped.only() != null) {
                lastOwn.remove(dropped.only(), dropped.position());
            }
            count(-dropped.bytes());
        }
    }

    @GuardedBy("lock")
    private void grow() {
        @Nullable LogEntry[] larger = new LogEntry[2 * ring.length];
        for (long position = first; position < last; position++) {
            larger[(int) position & larger.length - 1] = ring[index(position)];
        }
        ring = larger;
    }

    @GuardedBy("lock")
    private int index(long position) {
        return (int) position & ring.length - 1;
    }

    @GuardedBy("lock")
    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void count(long more) {
        bytes += more;
        totalBytes.addAndGet(more);
    }
}
