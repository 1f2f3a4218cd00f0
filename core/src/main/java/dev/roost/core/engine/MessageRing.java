package dev.roost.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages in order, counted in bytes.
 *
 * <p>A text packet and its attachments are one entry, so they leave contiguously. A ring that starts small, grows by
 * doubling and is given back when it is empty again and large: most sessions are idle.
 *
 * <p>Guarded by the lock of the outbox it belongs to.
 */
final class MessageRing {
    private static final int FIRST = 4;
    private static final int KEPT = 16;

    private @Nullable Object @Nullable [] ring;
    private int head;
    private int size;
    private long bytes;

    /** A message somebody wants to know the writing of; rare, so it is the exception that is wrapped. Immutable. */
    record Tracked(OutboundMessage message, Runnable whenWritten) {}

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** Appends a message, whatever its size; the bound is the caller's. */
    void add(OutboundMessage message, @Nullable Runnable whenWritten) {
        @Nullable Object[] slots = ring;
        if (slots == null) {
            slots = new @Nullable Object[FIRST];
            ring = slots;
        } else if (size == slots.length) {
            slots = grow(slots);
        }
        slots[head + size & slots.length - 1] = whenWritten == null ? message : new Tracked(message, whenWritten);
        size++;
        bytes += message.bytes();
    }

    /**
     * Moves entries out, at least one if there is any, and no more than fit.
     *
     * @param written gets the callbacks of what was moved; made by the first that has one
     * @return {@code written}, or the list made for it
     */
    @Nullable
    List<Runnable> drainTo(Collection<? super OutboundMessage> into, long maxBytes, @Nullable List<Runnable> written) {
        @Nullable Object[] slots = ring;
        if (slots == null) {
            return written;
        }
        List<Runnable> callbacks = written;
        long moved = 0;
        boolean first = true;
        while (size > 0) {
            Object entry = slots[head];
            OutboundMessage message = message(entry);
            if (!first && moved + message.bytes() > maxBytes) {
                break;
            }
            first = false;
            moved += message.bytes();
            into.add(message);
            if (entry instanceof Tracked tracked) {
                callbacks = callbacks == null ? new ArrayList<>(1) : callbacks;
                callbacks.add(tracked.whenWritten());
            }
            slots[head] = null;
            head = head + 1 & slots.length - 1;
            size--;
        }
        bytes -= moved;
        releaseIfLarge();
        return callbacks;
    }

    /** Drops the oldest message that may be dropped, and returns it; null if there is none. */
    @Nullable
    OutboundMessage dropOldest() {
        @Nullable Object[] slots = ring;
        if (slots == null) {
            return null;
        }
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            OutboundMessage message = message(slots[head + i & mask]);
            if (!message.isControl()) {
                // The few control packets before it move up.
                for (int j = i; j > 0; j--) {
                    slots[head + j & mask] = slots[head + j - 1 & mask];
                }
                slots[head] = null;
                head = head + 1 & mask;
                size--;
                bytes -= message.bytes();
                return message;
            }
        }
        return null;
    }

    /** Takes out every entry that is this very message. */
    void removeAll(OutboundMessage unwanted) {
        @Nullable Object[] slots = ring;
        if (slots == null) {
            return;
        }
        int mask = slots.length - 1;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Object entry = slots[head + i & mask];
            if (entry != unwanted) {
                slots[head + kept++ & mask] = entry;
            }
        }
        for (int i = kept; i < size; i++) {
            slots[head + i & mask] = null;
        }
        bytes -= (size - kept) * unwanted.bytes();
        size = kept;
    }

    /** Forgets everything. */
    void clear() {
        ring = null;
        head = 0;
        size = 0;
        bytes = 0;
    }

    private void releaseIfLarge() {
        if (size == 0) {
            head = 0;
            if (ring != null && ring.length > KEPT) {
                ring = null;
            }
        }
    }

    private @Nullable Object[] grow(@Nullable Object[] full) {
        @Nullable Object[] larger = new @Nullable Object[full.length * 2];
        int tail = full.length - head;
        System.arraycopy(full, head, larger, 0, tail);
        System.arraycopy(full, 0, larger, tail, head);
        head = 0;
        ring = larger;
        return larger;
    }

    private static OutboundMessage message(@Nullable Object entry) {
        return switch (entry) {
            case OutboundMessage message -> message;
            case Tracked tracked -> tracked.message();
            case null, default -> throw new IllegalStateException("expected a message in the ring, got " + entry);
        };
    }
}
