package dev.roost.core.recovery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which rooms a socket was in, and from which position of the log to which: an event is for who was a member then.
 *
 * <p>Of rooms it has left only so many are remembered; before the last one forgotten nothing is known.
 *
 * <p>Guarded by the lock of its log.
 */
final class Memberships {
    private static final int MOST_ENDED = 64;

    private final Map<String, Long> present = new HashMap<>();
    private final ArrayDeque<Ended> ended = new ArrayDeque<>(0);
    private long knownFrom = Long.MIN_VALUE;

    /** A stay that is over: events after one position, up to the other. */
    record Ended(String room, long after, long upTo) {}

    /** It is a member from the next event on. */
    void joined(String room, long position) {
        present.putIfAbsent(room, position);
    }

    /** It was a member up to this event. */
    void left(String room, long position) {
        Long after = present.remove(room);
        if (after != null && after < position) {
            if (ended.size() == MOST_ENDED) {
                knownFrom = Math.max(knownFrom, ended.removeFirst().upTo());
            }
            ended.addLast(new Ended(room, after, position));
        }
    }

    /** Whether it was a member when an event was sent. */
    boolean in(String room, long position) {
        Long after = present.get(room);
        if (after != null && after < position) {
            return true;
        }
        for (Ended stay : ended) {
            if (stay.after < position && position <= stay.upTo && stay.room.equals(room)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it was in one of these rooms when an event was sent. */
    boolean inAny(Set<String> rooms, long position) {
        for (String room : rooms) {
            if (in(room, position)) {
                return true;
            }
        }
        return false;
    }

    /** The least position after which it is known for every event. */
    long knownFrom() {
        return knownFrom;
    }

    /** The rooms it is in. */
    Set<String> present() {
        return Set.copyOf(present.keySet());
    }
}
