package dev.roost.core.namespace;

import dev.roost.adapter.Scheduler;
import dev.roost.core.packet.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledgements that one socket's client still owes.
 *
 * <p>Each is settled exactly once: by the client, by its deadline, or by the end of the socket.
 *
 * <p>Confined to the loop. Spec: socket-io 6.
 */
final class PendingAcks {
    /** Who waits for one acknowledgement. Called on the loop; must not block. */
    interface Waiter {
        /** The client answered. */
        void answered(Arguments arguments);

        /** It will not. */
        void failed(AckException.Reason reason);

        /** True if a thread is held up from the start. */
        default boolean blocks() {
            return false;
        }
    }

    /** One acknowledgement. Confined to the loop. */
    private static final class Entry {
        private final Waiter waiter;
        private final Scheduler.@Nullable Timer timer;
        /** Threads that it holds up. */
        private int threads;

        Entry(Waiter waiter, Scheduler.@Nullable Timer timer) {
            this.waiter = waiter;
            this.timer = timer;
            this.threads = waiter.blocks() ? 1 : 0;
        }
    }

    private final int max;
    private @Nullable Map<Long, Entry> entries;
    private int blocked;

    PendingAcks(int max) {
        this.max = max;
    }

    /** True if no more may be awaited. */
    boolean isFull() {
        return size() >= max;
    }

    /** Waits for an acknowledgement that somebody else takes back at its deadline; only if there is room. */
    void add(long id, Waiter waiter) {
        put(id, new Entry(waiter, null));
    }

    /** Waits for an acknowledgement, up to a deadline; false if there are too many. */
    boolean add(long id, Waiter waiter, Scheduler scheduler, Duration timeout) {
        if (isFull()) {
            return false;
        }
        Runnable expiry = () -> fail(id, AckException.Reason.TIMEOUT);
        put(id, new Entry(waiter, scheduler.schedule(expiry, timeout)));
        return true;
    }

    /** The client answered; what nobody waits for is ignored. */
    void answered(long id, Arguments arguments) {
        Entry entry = remove(id);
        if (entry != null) {
            entry.waiter.answered(arguments);
        }
    }

    /** One thread more, or less, is held up by an acknowledgement; false if nobody waits for that any more. */
    boolean held(long id, boolean more) {
        Entry entry = entries == null ? null : entries.get(id);
        if (entry == null) {
            return false;
        }
        int change = more ? 1 : -1;
        entry.threads += change;
        blocked += change;
        return true;
    }

    /** Gives up one acknowledgement. */
    void fail(long id, AckException.Reason reason) {
        Entry entry = remove(id);
        if (entry != null) {
            entry.waiter.failed(reason);
        }
    }

    /** Gives up all of them. */
    void failAll(AckException.Reason reason) {
        Map<Long, Entry> all = entries;
        entries = null;
        blocked = 0;
        if (all != null) {
            for (Entry entry : all.values()) {
                cancel(entry);
                entry.waiter.failed(reason);
            }
        }
    }

    /** Gives up those that hold up a thread. */
    void failBlocked(AckException.Reason reason) {
        Map<Long, Entry> all = entries;
        if (all == null || blocked == 0) {
            return;
        }
        List<Long> ids = new ArrayList<>();
        all.forEach((id, entry) -> {
            if (entry.threads > 0) {
                ids.add(id);
            }
        });
        ids.forEach(id -> fail(id, reason));
    }

    /** How many are awaited. */
    int size() {
        return entries == null ? 0 : entries.size();
    }

    /** True if a thread is held up by one of them. */
    boolean anyBlocked() {
        return blocked > 0;
    }

    private void put(long id, Entry entry) {
        Map<Long, Entry> all = entries;
        if (all == null) {
            all = HashMap.newHashMap(1);
            entries = all;
        }
        all.put(id, entry);
        blocked += entry.threads;
    }

    private @Nullable Entry remove(long id) {
        Map<Long, Entry> all = entries;
        Entry entry = all == null ? null : all.remove(id);
        if (entry != null && all != null) {
            cancel(entry);
            blocked -= entry.threads;
            if (all.isEmpty()) {
                entries = null;
            }
        }
        return entry;
    }

    private static void cancel(Entry entry) {
        if (entry.timer != null) {
            entry.timer.cancel();
        }
    }
}
