package dev.roost.adapter.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request to other nodes and what came back so far. Thread-safe: guarded by its own lock.
 *
 * <p>Each node asked has a share: how many values it will give, once known, and how many came. Values may come before
 * their number. The request is over when all shares are full, or nobody is left to wait for, or the time is up.
 * Callbacks and completion run on a thread of their own, in order.
 *
 * @param <T> kind of value
 */
public final class PendingRequest<T> {
    private final long id;
    private final Class<T> kind;
    private final int maxValues;
    private final Consumer<T> onValue;
    private final PendingRequests table;
    private final SerialTasks tasks = new SerialTasks();
    private final CompletableFuture<Gathered<T>> result = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<NodeId, Share> open = new HashMap<>();

    @GuardedBy("lock")
    private final Set<NodeId> missing = new HashSet<>();

    @GuardedBy("lock")
    private final List<T> values = new ArrayList<>();

    @GuardedBy("lock")
    private boolean lacking;

    @GuardedBy("lock")
    private boolean over;

    @GuardedBy("lock")
    private Scheduler.@Nullable Timer deadline;

    private static final class Share {
        private int expected;
        private int came;
        private boolean spoke;

        Share(int expected) {
            this.expected = expected;
        }

        boolean full() {
            return expected != PendingRequests.UNKNOWN && came >= expected;
        }
    }

    PendingRequest(
            long id,
            Class<T> kind,
            Set<NodeId> asked,
            int valuesPerNode,
            int maxValues,
            Consumer<T> onValue,
            PendingRequests table) {
        this.id = id;
        this.kind = kind;
        this.maxValues = maxValues;
        this.onValue = onValue;
        this.table = table;
        for (NodeId node : asked) {
            open.put(node, new Share(valuesPerNode));
        }
    }

    /** Names the request in messages. */
    public long id() {
        return id;
    }

    /** Returns what will have come; never completes exceptionally. */
    public CompletionStage<Gathered<T>> result() {
        return result;
    }

    /** A node gave a value. Ignored from nodes that were not asked or are done, and when the request is over. */
    public void value(NodeId from, T value) {
        boolean ends = false;
        lock.lock();
        try {
            Share share = open.get(from);
            if (share != null) {
                if (values.size() < maxValues) {
                    values.add(value);
                    // Queued under the lock, so that callbacks come in order; nothing blocks or runs here.
                    tasks.execute(() -> table.guard(() -> onValue.accept(value)));
                } else {
                    lacking = true;
                }
                ends = came(from, share, 1);
            }
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    /** A node said how many values it gives in all; only its first such word counts. */
    public void expect(NodeId from, int count) {
        boolean ends = false;
        lock.lock();
        try {
            Share share = open.get(from);
            if (share != null && share.expected == PendingRequests.UNKNOWN) {
                share.expected = count;
                ends = came(from, share, 0);
            }
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    /** So many of the values a node announced will not come. */
    public void gone(NodeId from, int count) {
        boolean ends = false;
        lock.lock();
        try {
            Share share = open.get(from);
            if (share != null && count > 0) {
                lacking = true;
                ends = came(from, share, count);
            }
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    /** A node is no longer there; what it still owed is missing. */
    public void nodeLeft(NodeId node) {
        boolean ends = false;
        lock.lock();
        try {
            if (open.remove(node) != null) {
                missing.add(node);
                ends = endsNow();
            }
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    /** Ends the request with what has come; nodes that have said nothing are missing. */
    public void giveUp() {
        boolean ends;
        lock.lock();
        try {
            for (Map.Entry<NodeId, Share> entry : open.entrySet()) {
                lacking = true;
                if (!entry.getValue().spoke) {
                    missing.add(entry.getKey());
                }
            }
            open.clear();
            ends = endsNow();
        } finally {
            lock.unlock();
        }
        if (ends) {
            end();
        }
    }

    /** Returns this request if it gathers values of that kind. */
    @SuppressWarnings("unchecked")
    <V> @Nullable PendingRequest<V> as(Class<V> wanted) {
        return kind == wanted ? (PendingRequest<V>) this : null;
    }

    /** Sets the timer that gives up; ends at once when nobody was asked. */
    void arm(Scheduler scheduler, Duration timeout) {
        Scheduler.Timer timer = scheduler.schedule(this::giveUp, timeout);
        boolean late;
        boolean ends;
        lock.lock();
        try {
            late = over;
            ends = endsNow();
            deadline = timer;
        } finally {
            lock.unlock();
        }
        if (late) {
            timer.cancel();
        }
        if (ends) {
            end();
        }
    }

    @GuardedBy("lock")
    private boolean came(NodeId from, Share share, int count) {
        share.spoke = true;
        share.came = (int) Math.min((long) share.came + count, Integer.MAX_VALUE);
        if (!share.full()) {
            return false;
        }
        open.remove(from);
        return endsNow();
    }

    /** Returns true to one caller only, who then calls {@link #end}. */
    @GuardedBy("lock")
    private boolean endsNow() {
        if (over || !open.isEmpty()) {
            return false;
        }
        over = true;
        return true;
    }

    private void end() {
        Gathered<T> gathered;
        Scheduler.Timer timer;
        lock.lock();
        try {
            gathered = new Gathered<>(values, missing, missing.isEmpty() && !lacking);
            timer = deadline;
        } finally {
            lock.unlock();
        }
        table.remove(id);
        if (timer != null) {
            timer.cancel();
        }
        tasks.execute(() -> result.complete(gathered));
    }
}
