package dev.roost.adapter.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the receiving thread: frames, bounded in bytes, and a few tasks. Thread-safe: guarded by its own lock.
 */
final class InboundQueue {
    /** One thing to do, in the order of arrival. */
    sealed interface Item {
        record Bytes(byte[] frame) implements Item {}

        record Task(Runnable action) implements Item {}
    }

    /** Bytes counted for the objects around a frame. */
    private static final int OVERHEAD = 64;

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Item> items = new ArrayDeque<>();

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private boolean readerWaits;

    @GuardedBy("lock")
    private boolean closed;

    InboundQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Adds a frame without waiting; false when there is no room. */
    boolean offer(byte[] frame) {
        lock.lock();
        try {
            if (closed) {
                return true;
            }
            if (bytes > 0 && bytes + frame.length + OVERHEAD > maxBytes) {
                return false;
            }
            bytes += frame.length + OVERHEAD;
            add(new Item.Bytes(frame));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a task; there is always room for the few there are. */
    void post(Runnable task) {
        lock.lock();
        try {
            if (!closed) {
                add(new Item.Task(task));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next item; null when closed. */
    @Nullable
    Item take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.isEmpty()) {
                if (closed) {
                    return null;
                }
                readerWaits = true;
                filled.await();
            }
            Item item = items.removeFirst();
            if (item instanceof Item.Bytes(byte[] frame)) {
                bytes -= frame.length + OVERHEAD;
            }
            return item;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is in it and takes no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            items.clear();
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void add(Item item) {
        items.addLast(item);
        if (readerWaits) {
            readerWaits = false;
            filled.signal();
        }
    }
}
