package dev.roost.core.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of one room, by home.
 *
 * <p>A broadcast reads a snapshot that is made when the first one after a change asks for it: joining costs the same
 * whatever the size of the room, and a room nobody joins or leaves is never copied.
 *
 * <p>Thread-safe: guarded by its own lock.
 */
final class Room<R, H> {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayList<Seat<R, H>> seats = new ArrayList<>(2);

    /** Written under the lock; null after a change. */
    private volatile @Nullable List<Group<R, H>> snapshot;

    /** Adds a member and returns its seat. */
    Seat<R, H> add(Recipient<R, H> recipient) {
        Seat<R, H> seat = new Seat<>(recipient);
        lock.lock();
        try {
            seat.position = seats.size();
            seats.add(seat);
            snapshot = null;
        } finally {
            lock.unlock();
        }
        return seat;
    }

    /** Removes a member; returns true if none is left. */
    boolean remove(Seat<R, H> seat) {
        lock.lock();
        try {
            Seat<R, H> last = seats.removeLast();
            if (last != seat) {
                last.position = seat.position;
                seats.set(seat.position, last);
            }
            snapshot = null;
            return seats.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Shows each member as it is now; the action must not change rooms. */
    void forEach(Consumer<Recipient<R, H>> action) {
        lock.lock();
        try {
            seats.forEach(seat -> action.accept(seat.recipient));
        } finally {
            lock.unlock();
        }
    }

    /** The members as they are now; immutable. */
    List<Group<R, H>> members() {
        List<Group<R, H>> ready = snapshot;
        if (ready != null) {
            return ready;
        }
        lock.lock();
        try {
            Grouping<R, H> grouping = new Grouping<>();
            for (Seat<R, H> seat : seats) {
                grouping.add(seat.recipient);
            }
            List<Group<R, H>> made = grouping.groups();
            snapshot = made;
            return made;
        } finally {
            lock.unlock();
        }
    }
}
