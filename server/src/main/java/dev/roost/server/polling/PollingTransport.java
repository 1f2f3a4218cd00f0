package dev.roost.server.polling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.core.engine.CloseReason;
import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.core.engine.Transport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session over GETs and POSTs, each on a thread of its own.
 *
 * <p>It moves no bytes: it knows the GET that waits and the POST under way, wakes the one and aborts the other. The
 * thread of the GET takes what is due from the session itself, once the loop's turn is over, so all that a turn
 * queued leaves in one answer.
 *
 * <p>Thread-safe: guarded by its own lock; what is decided under it is done outside.
 *
 * <p>Spec: engine-io 5; security P5 to P7.
 */
final class PollingTransport implements Transport {
    private static final long FAIL_SECONDS = 1;

    private final EngineSession session;
    private final Runnable wakeTask = this::wake;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Post post;

    @GuardedBy("lock")
    private boolean closed;

    /** Written under the lock. */
    private volatile @Nullable Poll waiting;

    private volatile boolean held;

    /** Confined to the loop. */
    private boolean wakePending;

    /**
     * Makes the transport of a new session.
     *
     * @param first the handshake, which gets the open packet
     */
    PollingTransport(EngineSession session, Poll first) {
        this.session = session;
        this.waiting = first;
    }

    // ---- the session's side

    @Override
    public Name name() {
        return Name.POLLING;
    }

    @Override
    public boolean writable() {
        return waiting != null;
    }

    @Override
    public void outboxReady() {
        if (!wakePending && waiting != null) {
            wakePending = true;
            session.loop().atEndOfTurn(wakeTask);
        }
    }

    private void wake() {
        wakePending = false;
        Poll poll = waiting;
        if (poll != null) {
            poll.wake();
        }
    }

    @Override
    public void sendControl(OutboundMessage packet) {
        Poll poll = waiting;
        if (poll != null) {
            poll.end(packet);
        }
    }

    @Override
    public void readable(boolean on) {
        held = !on;
        if (on) {
            unparkPost();
        }
    }

    @Override
    public void close(Closing how) {
        Poll poll;
        Post aborted;
        lock.lock();
        try {
            closed = true;
            poll = waiting;
            waiting = null;
            aborted = post;
        } finally {
            lock.unlock();
        }
        if (poll != null) {
            poll.end(how == Closing.UPGRADED ? OutboundMessage.NOOP : OutboundMessage.CLOSE);
        }
        if (aborted != null) {
            if (how != Closing.ORDERLY) {
                aborted.abort();
            }
            LockSupport.unpark(aborted.thread());
        }
    }

    // ---- the requests' side

    /** What becomes of a request that wants to begin. */
    enum Beginning {
        BEGUN,
        OVERLAP,
        CLOSED
    }

    /** Makes a GET the one that waits. */
    Beginning begin(Poll poll) {
        lock.lock();
        try {
            if (closed) {
                return Beginning.CLOSED;
            }
            if (waiting != null) {
                return Beginning.OVERLAP;
            }
            waiting = poll;
            return Beginning.BEGUN;
        } finally {
            lock.unlock();
        }
    }

    /** The GET has its answer. */
    void end(Poll poll) {
        lock.lock();
        try {
            if (waiting == poll) {
                waiting = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a POST the one under way.
     *
     * <p>The first of two at once is aborted by the end of the session, which is the newcomer's to tell: told by the
     * first it would have another reason.
     */
    Beginning begin(Post newcomer) {
        lock.lock();
        try {
            if (closed) {
                return Beginning.CLOSED;
            }
            if (post != null) {
                return Beginning.OVERLAP;
            }
            post = newcomer;
            return Beginning.BEGUN;
        } finally {
            lock.unlock();
        }
    }

    /** The POST has its answer, or will get none. */
    void end(Post done) {
        lock.lock();
        try {
            if (post == done) {
                post = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the session cannot take more packets. On the thread of the POST under way. */
    void awaitReadable() {
        while (held && !isClosed()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                // The server is being stopped; the answer is not worth waiting for.
                return;
            }
        }
    }

    private void unparkPost() {
        Post current;
        lock.lock();
        try {
            current = post;
        } finally {
            lock.unlock();
        }
        if (current != null) {
            LockSupport.unpark(current.thread());
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Tells the session that this transport cannot go on, and waits until it knows. Not on the loop. */
    void fail(CloseReason reason, String description) {
        CountDownLatch told = new CountDownLatch(1);
        session.loop().execute(() -> {
            try {
                session.transportFailed(this, reason, description);
            } finally {
                told.countDown();
            }
        });
        try {
            // So that whoever gets an answer about it finds the session gone; a loop that ended tells nobody.
            told.await(FAIL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells the session, from any thread, that what was taken has been written. */
    void written() {
        if (session.awaitsDrain()) {
            session.loop().execute(() -> session.drained(this));
        }
    }
}
