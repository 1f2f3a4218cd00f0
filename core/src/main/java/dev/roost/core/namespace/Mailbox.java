package dev.roost.core.namespace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, in order, on a virtual thread that lives while there are any.
 *
 * <p>Packets that wait are counted: over a limit whoever fills the mailbox is told, and once half of it is empty again
 * the owner is.
 *
 * <p>Thread-safe: guarded by its own lock, which is not held while a task runs.
 */
final class Mailbox implements Runnable {
    /** A task that keeps a packet alive. */
    interface Weighed extends Runnable {
        /** Bytes of the packet. */
        long bytes();
    }

    private static final System.Logger LOG = System.getLogger(Mailbox.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final int maxPackets;
    private final long maxBytes;
    private final Runnable onRoom;

    /** The next task; more of them are in {@link #rest}, which an idle mailbox does without. */
    @GuardedBy("lock")
    private @Nullable Runnable next;

    @GuardedBy("lock")
    private @Nullable ArrayDeque<Runnable> rest;

    @GuardedBy("lock")
    private boolean running;

    @GuardedBy("lock")
    private int packets;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private boolean over;

    /**
     * Makes an empty mailbox.
     *
     * @param onRoom called, on any thread, when a mailbox that was over its limit is half empty again
     */
    Mailbox(int maxPackets, long maxBytes, Runnable onRoom) {
        this.maxPackets = maxPackets;
        this.maxBytes = maxBytes;
        this.onRoom = onRoom;
    }

    /** Adds a task; true if the caller must have {@link #run} called by a new virtual thread. */
    boolean add(Runnable task) {
        lock.lock();
        try {
            if (task instanceof Weighed packet) {
                packets++;
                bytes += packet.bytes();
                over |= packets > maxPackets || bytes > maxBytes;
            }
            if (!running) {
                running = true;
                next = task;
                return true;
            }
            ArrayDeque<Runnable> queue = rest;
            if (queue == null) {
                queue = new ArrayDeque<>(4);
                rest = queue;
            }
            queue.add(task);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a task and starts a thread for it if there is none. */
    void post(Runnable task) {
        if (add(task)) {
            start();
        }
    }

    /** Starts the thread {@link #add} asked for. */
    void start() {
        Thread.startVirtualThread(this);
    }

    /** True from the moment more packets wait than allowed until half of that are left. */
    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of packets that wait. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets packets that wait; other tasks stay. */
    void clearPackets() {
        lock.lock();
        try {
            if (next instanceof Weighed) {
                next = null;
            }
            if (rest != null) {
                rest.removeIf(task -> task instanceof Weighed);
            }
            packets = 0;
            bytes = 0;
            over = false;
        } finally {
            lock.unlock();
        }
    }

    /** Runs what there is. One virtual thread at a time. */
    @Override
    public void run() {
        for (Runnable task = take(); task != null; task = take()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // Handlers are guarded one by one: this is a defect of ours, and no reason to stop serving the socket.
                LOG.log(System.Logger.Level.ERROR, "task of a mailbox failed", e);
            }
            // Whoever was interrupted, it was not the next handler.
            Thread.interrupted();
        }
    }

    private @Nullable Runnable take() {
        boolean room = false;
        Runnable task;
        lock.lock();
        try {
            task = next;
            next = null;
            if (task == null && rest != null) {
                task = rest.poll();
            }
            if (task == null) {
                running = false;
                rest = null;
            } else if (task instanceof Weighed packet) {
                packets--;
                bytes -= packet.bytes();
                if (over && packets <= maxPackets / 2 && bytes <= maxBytes / 2) {
                    over = false;
                    room = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (room) {
            onRoom.run();
        }
        return task;
    }
}
