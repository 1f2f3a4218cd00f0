package dev.roost.adapter.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.AdapterException;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the backend who is connected, and tells of those who were not twice in a row: a node that is killed is missed
 * within a second.
 *
 * <p>One that loses its connection is back sooner than that. After this node itself was cut off nobody is judged for a
 * while, since the others then come back one by one.
 *
 * <p>Thread-safe: guarded by its own lock, which is not held while the backend is asked.
 */
final class ConnectionWatch {
    static final Duration INTERVAL = Duration.ofMillis(300);
    static final Duration GRACE = Duration.ofSeconds(2);

    private final ConnectionSource source;
    private final Scheduler scheduler;
    private final Supplier<Set<NodeId>> others;
    private final Consumer<Set<NodeId>> onLost;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Set<NodeId> suspects = Set.of();

    @GuardedBy("lock")
    private long notBefore;

    @GuardedBy("lock")
    private Scheduler.@Nullable Timer timer;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * Makes a watch that does not yet look.
     *
     * @param onLost gets the nodes that are gone, on a virtual thread
     */
    ConnectionWatch(
            ConnectionSource source, Scheduler scheduler, Supplier<Set<NodeId>> others, Consumer<Set<NodeId>> onLost) {
        this.source = source;
        this.scheduler = scheduler;
        this.others = others;
        this.onLost = onLost;
        notBefore = scheduler.nanoTime();
    }

    /** Looks for the first time after an interval, and goes on. */
    void start() {
        lock.lock();
        try {
            if (!closed) {
                timer = scheduler.schedule(
                        () -> Thread.ofVirtual().name("roost-cluster-watch").start(this::look), INTERVAL);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Judges nobody for a while: this node was cut off. */
    void forgive() {
        lock.lock();
        try {
            suspects = Set.of();
            notBefore = scheduler.nanoTime() + GRACE.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Looks no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        try {
            Set<NodeId> nodes = others.get();
            Set<NodeId> lost = nodes.isEmpty() ? Set.of() : judge(source.unconnected(nodes));
            if (!lost.isEmpty()) {
                onLost.accept(lost);
            }
        } catch (AdapterException cutOff) {
            forgive();
        } finally {
            start();
        }
    }

    private Set<NodeId> judge(Set<NodeId> unconnected) {
        lock.lock();
        try {
            if (closed || scheduler.nanoTime() < notBefore) {
                return Set.of();
            }
            Set<NodeId> lost = new HashSet<>(unconnected);
            lost.retainAll(suspects);
            suspects = Set.copyOf(unconnected);
            return lost;
        } finally {
            lock.unlock();
        }
    }
}
