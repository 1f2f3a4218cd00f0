package dev.roost.core.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a socket is to rooms: an id, a home, and the seats it has taken.
 *
 * <p>Thread-safe: guarded by its own lock, which is held while one of its rooms is changed.
 *
 * @param <R> what is meant by it
 * @param <H> where that lives
 */
public final class Recipient<R, H> {
    private final String id;
    private final H home;
    private final R owner;

    final ReentrantLock lock = new ReentrantLock();

    /** Rooms joined by name; none until the first is joined, since most sockets join none. */
    @GuardedBy("lock")
    @Nullable
    Map<String, Seat<R, H>> seats;

    /** Its seat among everyone, from the moment it is reachable. */
    @GuardedBy("lock")
    @Nullable
    Seat<R, H> everyone;

    /** Set when it left for good: from then on it cannot join. */
    @GuardedBy("lock")
    boolean gone;

    /**
     * Makes a recipient that is in no room and not reachable yet.
     *
     * @param id its id, which also names the room it alone is in
     * @param home where what is sent to it is handed over
     * @param owner what a selection gives back
     */
    public Recipient(String id, H home, R owner) {
        this.id = id;
        this.home = home;
        this.owner = owner;
    }

    /** Its id, the name of its own room. */
    public String id() {
        return id;
    }

    /** Where it lives. */
    public H home() {
        return home;
    }

    /** What is meant by it. */
    public R owner() {
        return owner;
    }

    @GuardedBy("lock")
    Map<String, Seat<R, H>> seatsForJoin() {
        Map<String, Seat<R, H>> taken = seats;
        if (taken == null) {
            taken = HashMap.newHashMap(2);
            seats = taken;
        }
        return taken;
    }
}
