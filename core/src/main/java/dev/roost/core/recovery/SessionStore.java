package dev.roost.core.recovery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of clients whose connections broke, until they come back or their time is over.
 *
 * <p>A session is given out once. Bounded in number and bytes: the oldest goes first.
 *
 * <p>Thread-safe: guarded by its own lock.
 */
public final class SessionStore {
    private final int maxSessions;
    private final long maxBytes;
    private final long maxSessionBytes;
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order they came; those that came back in vain keep their time but are last. */
    @GuardedBy("lock")
    private final LinkedHashMap<String, RecoveryState> sessions = new LinkedHashMap<>();

    @GuardedBy("lock")
    private long bytes;

    /** Makes an empty store. */
    public SessionStore(int maxSessions, long maxBytes, long maxSessionBytes) {
        this.maxSessions = maxSessions;
        this.maxBytes = maxBytes;
        this.maxSessionBytes = maxSessionBytes;
    }

    /**
     * Keeps a session until a time, unless it has one already.
     *
     * @param weight bytes of it without its data
     * @return false if it is too large
     */
    public boolean put(RecoveryState session, long weight, long expiresAt) {
        lock.lock();
        try {
            session.bytes = weight + session.dataBytes;
            if (session.bytes > maxSessionBytes) {
                session.end();
                return false;
            }
            if (!session.expires) {
                session.expires = true;
                session.expiresAt = expiresAt;
            }
            bytes += session.bytes;
            sessions.put(session.pid(), session);
            shrink();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Learns how large the data of a session is, be it there or not.
     *
     * @return false if the session was there and is too large, so that it is gone
     */
    public boolean weighed(RecoveryState session, long dataBytes) {
        lock.lock();
        try {
            long more = dataBytes - session.dataBytes;
            session.dataBytes = dataBytes;
            if (sessions.get(session.pid()) != session) {
                return true;
            }
            session.bytes += more;
            bytes += more;
            if (session.bytes > maxSessionBytes) {
                sessions.remove(session.pid());
                gone(session);
                return false;
            }
            shrink();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a session out, if it is there and its time is not over. */
    public @Nullable RecoveryState take(String pid, String namespace, long now) {
        lock.lock();
        try {
            RecoveryState session = sessions.get(pid);
            if (session == null || !session.namespace().equals(namespace)) {
                return null;
            }
            sessions.remove(pid);
            bytes -= session.bytes;
            if (session.expiresAt - now <= 0) {
                session.end();
            }
            return session.isOver() ? null : session;
        } finally {
            lock.unlock();
        }
    }

    /** Its client came back: the time it has begins anew with the next end of its connection. */
    public void returned(RecoveryState session) {
        lock.lock();
        try {
            session.expires = false;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets sessions. */
    public void remove(Predicate<RecoveryState> which) {
        lock.lock();
        try {
            for (Iterator<RecoveryState> all = sessions.values().iterator(); all.hasNext(); ) {
                RecoveryState session = all.next();
                if (which.test(session)) {
                    all.remove();
                    gone(session);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the sessions whose time is over. */
    public void expire(long now) {
        remove(session -> session.expiresAt - now <= 0);
    }

    /** What is there; a snapshot, oldest first. */
    public List<RecoveryState> all() {
        lock.lock();
        try {
            return new ArrayList<>(sessions.values());
        } finally {
            lock.unlock();
        }
    }

    /** How many there are. */
    public int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    /** Roughly the bytes they keep alive. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void shrink() {
        Iterator<RecoveryState> oldestFirst = sessions.values().iterator();
        while ((sessions.size() > maxSessions || bytes > maxBytes) && oldestFirst.hasNext()) {
            RecoveryState oldest = oldestFirst.next();
            oldestFirst.remove();
            gone(oldest);
        }
    }

    @GuardedBy("lock")
    private void gone(RecoveryState session) {
        bytes -= session.bytes;
        session.end();
    }
}
