package dev.roost.adapter.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the two connections mean for the bus.
 *
 * <p>A gap is reported when all channels are subscribed <em>again</em>, not when the connection is: what was published
 * in between is lost as well. So there is exactly one report for each time that the subscriber was away.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>commands</th><th>channels</th><th>state</th></tr>
 * <tr><td>away</td><td>any</td><td>DOWN</td></tr>
 * <tr><td>connected</td><td>not all subscribed</td><td>DEGRADED</td></tr>
 * <tr><td>connected</td><td>all subscribed</td><td>UP</td></tr>
 * </table>
 *
 * <p>Thread-safe: guarded by its own lock. Events are reported outside it by one thread at a time, newest state last.
 */
final class ConnectionState {
    private final BusEvents events;
    private final int channels;
    private final AtomicInteger pending = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean commandsUp = true;

    @GuardedBy("lock")
    private int subscribed;

    @GuardedBy("lock")
    private boolean away;

    @GuardedBy("lock")
    private boolean gap;

    /** Null until all channels are subscribed for the first time: nothing is lost before that. */
    @GuardedBy("lock")
    private @Nullable BusState reported;

    ConnectionState(BusEvents events, int channels) {
        this.events = events;
        this.channels = channels;
    }

    void commands(boolean up) {
        lock.lock();
        try {
            commandsUp = up;
        } finally {
            lock.unlock();
        }
        report();
    }

    /** The subscriber's connection is gone. */
    void disconnected() {
        lock.lock();
        try {
            subscribed = 0;
            away = true;
        } finally {
            lock.unlock();
        }
        report();
    }

    /** Redis has confirmed one more channel. */
    void subscribed() {
        lock.lock();
        try {
            subscribed++;
            if (subscribed == channels && away) {
                away = false;
                gap = true;
            }
        } finally {
            lock.unlock();
        }
        report();
    }

    private void report() {
        if (pending.getAndIncrement() != 0) {
            return;
        }
        int seen;
        do {
            seen = pending.get();
            reportOnce();
        } while (pending.addAndGet(-seen) != 0);
    }

    private void reportOnce() {
        boolean lost;
        boolean changed;
        BusState now;
        lock.lock();
        try {
            now = current();
            changed = now != reported && (reported != null || now == BusState.UP);
            reported = changed ? now : reported;
            lost = gap;
            gap = false;
        } finally {
            lock.unlock();
        }
        if (lost) {
            events.onGap("the subscription to Redis was lost and made anew");
        }
        if (changed) {
            events.onState(now);
        }
    }

    @GuardedBy("lock")
    private BusState current() {
        if (!commandsUp) {
            return BusState.DOWN;
        }
        return subscribed >= channels ? BusState.UP : BusState.DEGRADED;
    }
}
