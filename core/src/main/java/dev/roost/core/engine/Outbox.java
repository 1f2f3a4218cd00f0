package dev.roost.core.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.core.engine.SessionState.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client, and who takes it: all of a session that other threads than its loop look at.
 *
 * <p>A poll is answered by the thread of its GET, so taking a batch, the state that ends the last batch with a
 * good-bye, and the transport that is the present one are decided together, under one leaf lock. Only the loop
 * appends, changes the state and moves to another transport; what one transport has not taken is taken by the next.
 *
 * <p>Thread-safe: guarded by its own lock; calls nobody.
 *
 * <p>Spec: engine-io 7 and 9.
 */
final class Outbox {
    /** What became of a message offered. */
    enum Offer {
        ACCEPTED,
        /** The bound would be passed; nothing changed. */
        FULL,
        /** The session takes no more messages. */
        REFUSED
    }

    private final ReentrantLock lock = new ReentrantLock();

    /** Changed under the lock; its phase is read without it. */
    private final SessionState state = new SessionState();

    @GuardedBy("lock")
    private final MessageRing ring = new MessageRing();

    @GuardedBy("lock")
    private @Nullable List<Runnable> written;

    /** True while {@link #written} has something, so that a drain need not take the lock to see it. */
    private volatile boolean awaited;

    /** The last poll took something, so that it is being answered or over: no poll waits. */
    @GuardedBy("lock")
    private boolean answering;

    /** Written under the lock. */
    private volatile @Nullable Transport transport;

    Phase phase() {
        return state.phase();
    }

    boolean accepts() {
        return state.accepts();
    }

    /** The present transport. */
    Transport transport() {
        Transport present = transport;
        if (present == null) {
            throw new IllegalStateException("the session has no transport yet");
        }
        return present;
    }

    /** Bytes that wait. */
    long bytes() {
        lock.lock();
        try {
            return ring.bytes();
        } finally {
            lock.unlock();
        }
    }

    /** Appends a message unless the bound would be passed; one that is control is taken anyway. */
    Offer offer(OutboundMessage message, @Nullable Runnable whenWritten, long maxBytes) {
        lock.lock();
        try {
            if (!state.accepts()) {
                return Offer.REFUSED;
            }
            if (ring.bytes() + message.bytes() > maxBytes && !message.isControl()) {
                return Offer.FULL;
            }
            ring.add(message, whenWritten);
            return Offer.ACCEPTED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops the oldest messages until another fits, and returns them.
     *
     * <p>None if the other could never fit; not enough of them if what is left may not be dropped.
     */
    List<OutboundMessage> makeRoom(long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            return List.of();
        }
        List<OutboundMessage> dropped = new ArrayList<>();
        lock.lock();
        try {
            while (ring.bytes() + bytes > maxBytes) {
                OutboundMessage oldest = ring.dropOldest();
                if (oldest == null) {
                    break;
                }
                dropped.add(oldest);
            }
        } finally {
            lock.unlock();
        }
        return dropped;
    }

    /** See {@link EngineSession#takeBatch}. */
    int take(Transport from, long maxBytes, Collection<? super OutboundMessage> into) {
        boolean polling = from.name() == Transport.Name.POLLING;
        lock.lock();
        try {
            if (from != transport) {
                return 0;
            }
            int before = ring.size();
            written = ring.drainTo(into, maxBytes, written);
            if (written != null) {
                awaited = true;
            }
            int taken = before - ring.size();
            if (polling && taken == 0 && state.goodbyeTaken()) {
                into.add(OutboundMessage.NOOP);
                into.add(OutboundMessage.CLOSE);
                taken = 2;
            }
            answering = polling && taken > 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** True if a callback waits for what was taken, or the end of the session does. */
    boolean awaitsDrain() {
        return awaited || state.phase() == Phase.CLOSING;
    }

    /** Takes the callbacks of messages taken so far. */
    List<Runnable> takeWritten() {
        if (!awaited) {
            return List.of();
        }
        lock.lock();
        try {
            List<Runnable> callbacks = written;
            written = null;
            awaited = false;
            return callbacks == null ? List.of() : callbacks;
        } finally {
            lock.unlock();
        }
    }

    /** Moves to a transport, the first or another; returns true if something waits for it. */
    boolean moveTo(Transport next) {
        lock.lock();
        try {
            transport = next;
            answering = false;
            // Meant for a poll, which is answered by the end of the old transport.
            ring.removeAll(OutboundMessage.NOOP);
            return !ring.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The layer above took the session. */
    void opened() {
        lock.lock();
        try {
            state.opened();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts no more; true to the one caller that must see to the end. */
    boolean closeRequested() {
        lock.lock();
        try {
            return state.closeRequested();
        } finally {
            lock.unlock();
        }
    }

    /** True if nothing waits, and nothing is in the answer to a poll that could take a good-bye with it. */
    boolean isEmpty() {
        lock.lock();
        try {
            return ring.isEmpty() && !answering;
        } finally {
            lock.unlock();
        }
    }

    /** True if everything was taken, on polling the good-bye too. */
    boolean allTaken() {
        boolean polling = transport().name() == Transport.Name.POLLING;
        lock.lock();
        try {
            return ring.isEmpty() && (!polling || state.goodbyeSaid());
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session's life and forgets what waits; true to exactly one caller. */
    boolean ended() {
        lock.lock();
        try {
            if (!state.ended()) {
                return false;
            }
            ring.clear();
            written = null;
            awaited = false;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
