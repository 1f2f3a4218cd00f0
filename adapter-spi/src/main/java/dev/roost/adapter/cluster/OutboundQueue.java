package dev.roost.adapter.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Command;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages waiting to be sent, bounded in bytes and number. Thread-safe: guarded by its own lock.
 *
 * <p>When it is full, volatile messages go first; then the caller waits, as back-pressure; then the message is
 * dropped. Once a wait was in vain nobody waits again until the sender has moved on, so a bus that takes nothing slows
 * callers down once and never stops them.
 */
final class OutboundQueue {
    /** A message and whom it is for. */
    record Entry(Target target, ClusterMessage message, long weight) {
        boolean isVolatile() {
            return message instanceof ClusterMessage.Apply(Command.Broadcast broadcast)
                    && broadcast.selection().flags().isVolatile();
        }
    }

    private final long maxBytes;
    private final int maxMessages;
    private final long waitNanos;
    private final IncidentLog incidents;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private int volatileEntries;

    @GuardedBy("lock")
    private int waiting;

    @GuardedBy("lock")
    private boolean senderWaits;

    @GuardedBy("lock")
    private boolean stalled;

    @GuardedBy("lock")
    private boolean busDown;

    @GuardedBy("lock")
    private boolean closed;

    OutboundQueue(ClusterOptions options, IncidentLog incidents) {
        maxBytes = options.queueBytes();
        maxMessages = options.queueMessages();
        waitNanos = options.sendWait().toNanos();
        this.incidents = incidents;
    }

    /** Adds a message, waiting for room if need be; false if it was dropped. */
    boolean put(Target target, ClusterMessage message) {
        return add(new Entry(target, message, message.weight()), true);
    }

    /** Adds a message without ever waiting; false if it was dropped. */
    boolean offer(Target target, ClusterMessage message) {
        return add(new Entry(target, message, message.weight()), false);
    }

    private boolean add(Entry entry, boolean mayWait) {
        boolean added;
        int evicted = 0;
        lock.lock();
        try {
            if (!roomFor(entry) && !entry.isVolatile()) {
                evicted = evictVolatile();
            }
            added = !closed && (roomFor(entry) || mayWait && !entry.isVolatile() && awaitRoom(entry));
            if (added) {
                entries.addLast(entry);
                bytes += entry.weight();
                volatileEntries += entry.isVolatile() ? 1 : 0;
                if (senderWaits) {
                    senderWaits = false;
                    filled.signal();
                }
            }
        } finally {
            lock.unlock();
        }
        int dropped = evicted + (added ? 0 : 1);
        if (dropped > 0) {
            incidents.report(Incident.MESSAGE_DROPPED, dropped, "the bus takes less than is sent", null);
        }
        return added;
    }

    /**
     * Waits for messages and takes them, oldest first, as many as fit.
     *
     * @return how many; 0 when closed and empty
     */
    int take(@Nullable Entry[] into) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (entries.isEmpty()) {
                if (closed) {
                    return 0;
                }
                senderWaits = true;
                filled.await();
            }
            int count = Math.min(into.length, entries.size());
            for (int i = 0; i < count; i++) {
                Entry entry = entries.removeFirst();
                bytes -= entry.weight();
                volatileEntries -= entry.isVolatile() ? 1 : 0;
                into[i] = entry;
            }
            stalled = false;
            if (waiting > 0) {
                emptied.signalAll();
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Says whether the bus takes frames at all; nobody waits for room while it does not. */
    void busDown(boolean down) {
        lock.lock();
        try {
            busDown = down;
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; what is in it can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
            emptied.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean roomFor(Entry entry) {
        // One message larger than the whole bound must still be able to pass.
        return entries.isEmpty() || bytes + entry.weight() <= maxBytes && entries.size() < maxMessages;
    }

    @GuardedBy("lock")
    private int evictVolatile() {
        if (volatileEntries == 0) {
            return 0;
        }
        int before = entries.size();
        for (Iterator<Entry> oldestFirst = entries.iterator(); oldestFirst.hasNext(); ) {
            Entry entry = oldestFirst.next();
            if (entry.isVolatile()) {
                bytes -= entry.weight();
                oldestFirst.remove();
            }
        }
        volatileEntries = 0;
        return before - entries.size();
    }

    @GuardedBy("lock")
    private boolean awaitRoom(Entry entry) {
        long left = waitNanos;
        waiting++;
        try {
            while (!closed && !busDown && !stalled && left > 0) {
                left = emptied.awaitNanos(left);
                if (roomFor(entry)) {
                    return !closed;
                }
            }
            if (left <= 0) {
                stalled = true;
                emptied.signalAll();
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting--;
        }
    }
}
