package dev.roost.server.timer;

import dev.roost.adapter.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: a hashed wheel with constant time to set and take back.
 *
 * <p>A session re-arms its timers with every pong, so both must cost next to nothing. Timers hang in the slot of
 * their due tick as links of a ring, whatever the revolution; a visit of a slot runs those that are due and leaves
 * the others. A timer never runs early and at most one tick (2.1 ms) late, load aside; one that is more than a second
 * away at most 17 ticks (36 ms), since such timers run together: what an idle loop costs is its waking up, and the
 * heartbeats of its clients would else wake it for each of them.
 *
 * <p>Confined to the loop, but for {@link #timer} and {@link Scheduler.Timer#cancel}, which any thread may call: a
 * timer taken back elsewhere drops its task at once and its link when its slot is visited.
 */
public final class TimerWheel {
    /** A tick is 2^21 ns: more would be late for a client that counts milliseconds, less is below what a select waits. */
    private static final int TICK_SHIFT = 21;

    /** A revolution is 17 s, so that a heartbeat of 25 s is passed once in vain, and a loop that idles wakes that often. */
    private static final int SLOTS = 8192;

    private static final int WORD_SHIFT = 6;

    /** From 1.07 s on, what is due in 16 ticks is due at the last of them. */
    private static final int FAR_TICKS = 512;

    private static final int FAR_GRID = 16;

    private final Link[] slots = new Link[SLOTS];
    /** A bit for each slot that is not empty. */
    private final long[] used = new long[SLOTS >> WORD_SHIFT];

    private final long origin;
    private long tick;
    private int size;
    private volatile @Nullable Thread owner;

    /**
     * Makes a wheel.
     *
     * @param now monotonic nanoseconds
     */
    public TimerWheel(long now) {
        origin = now;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Link();
        }
    }

    /** Says which thread the wheel is confined to; before, it may be used by none but its maker. */
    public void confineTo(Thread thread) {
        owner = thread;
    }

    /** Makes a timer that waits until it is {@link #insert inserted}. From any thread. */
    public Entry timer(Runnable task, long dueNanos) {
        return new Entry(this, task, dueNanos);
    }

    /** Starts a timer made by {@link #timer}. */
    public void insert(Entry entry) {
        if (!entry.isPending()) {
            return;
        }
        long due = Math.max(tickAfter(entry.dueNanos), tick + 1);
        if (due - tick > FAR_TICKS) {
            due = due + FAR_GRID - 1 & -FAR_GRID;
        }
        entry.dueTick = due;
        int slot = (int) due & SLOTS - 1;
        entry.addBefore(slots[slot]);
        used[slot >> WORD_SHIFT] |= 1L << slot;
        size++;
    }

    /** Timers that wait, taken back ones whose slot was not visited yet included. */
    public int size() {
        return size;
    }

    /**
     * Runs what is due.
     *
     * @param runner is given each task; must not throw
     */
    public void advance(long now, Consumer<Runnable> runner) {
        long target = now - origin >> TICK_SHIFT;
        if (target <= tick) {
            return;
        }
        if (size == 0) {
            tick = target;
            return;
        }
        long first = Math.max(tick + 1, target - SLOTS + 1);
        tick = target;
        for (long t = first; t <= target; t++) {
            int slot = (int) t & SLOTS - 1;
            if ((used[slot >> WORD_SHIFT] & 1L << slot) != 0) {
                visit(slot, target, runner);
            }
        }
    }

    /** Nanoseconds until a slot must be visited; {@link Long#MAX_VALUE} if there is none. */
    public long nanosToNext(long now) {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        long ahead = 1;
        while (ahead <= SLOTS) {
            int slot = (int) (tick + ahead) & SLOTS - 1;
            long bits = used[slot >> WORD_SHIFT] >>> slot;
            if (bits != 0) {
                ahead += Long.numberOfTrailingZeros(bits);
                break;
            }
            ahead += Long.SIZE - (slot & Long.SIZE - 1);
        }
        return Math.max(0, (tick + ahead << TICK_SHIFT) + origin - now);
    }

    private void visit(int slot, long target, Consumer<Runnable> runner) {
        Link head = slots[slot];
        Link due = new Link();
        Link link = head.next;
        while (link != head) {
            Link next = link.next;
            if (link instanceof Entry entry && (entry.dueTick <= target || !entry.isPending())) {
                entry.remove();
                entry.addBefore(due);
            }
            link = next;
        }
        if (head.next == head) {
            used[slot >> WORD_SHIFT] &= ~(1L << slot);
        }
        // one by one: a task may take back a timer that is due as well
        while (due.next instanceof Entry entry) {
            entry.remove();
            size--;
            Runnable task = entry.claim(Entry.RUN);
            if (task != null) {
                runner.accept(task);
            }
        }
    }

    private void unlink(Entry entry) {
        if (entry.isLinked() && Thread.currentThread() == owner) {
            entry.remove();
            size--;
        }
    }

    private long tickAfter(long nanos) {
        return (nanos - origin >> TICK_SHIFT) + 1;
    }

    /** A place in a ring; a slot's head or a timer. */
    private static class Link {
        Link previous = this;
        Link next = this;

        boolean isLinked() {
            return next != this;
        }

        void addBefore(Link other) {
            previous = other.previous;
            next = other;
            previous.next = this;
            other.previous = this;
        }

        void remove() {
            previous.next = next;
            next.previous = previous;
            previous = this;
            next = this;
        }
    }

    /** One timer. Its state may be changed from any thread, its links only on the loop. */
    public static final class Entry extends Link implements Scheduler.Timer {
        private static final Runnable RUN = () -> {};
        private static final Runnable CANCELLED = () -> {};
        private static final VarHandle TASK;

        static {
            try {
                TASK = MethodHandles.lookup().findVarHandle(Entry.class, "task", Runnable.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final TimerWheel wheel;
        private final long dueNanos;
        private long dueTick;
        private volatile Runnable task;

        private Entry(TimerWheel wheel, Runnable task, long dueNanos) {
            this.wheel = wheel;
            this.task = task;
            this.dueNanos = dueNanos;
        }

        @Override
        public boolean cancel() {
            boolean won = claim(CANCELLED) != null;
            if (won) {
                wheel.unlink(this);
            }
            return won;
        }

        private boolean isPending() {
            Runnable now = task;
            return now != RUN && now != CANCELLED;
        }

        /** Returns the task to the one caller that ends this timer. */
        private @Nullable Runnable claim(Runnable end) {
            Runnable now = task;
            return now != RUN && now != CANCELLED && TASK.compareAndSet(this, now, end) ? now : null;
        }
    }
}
