package dev.roost.core.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.roost.adapter.Selection;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who of this node is in which room of one namespace.
 *
 * <p>Both directions are kept: a recipient knows its seats, a room its members. The room named by a recipient's id
 * exists by itself and costs nothing; others who join a room of that name are in one room with it. Selections are resolved to snapshots, and nothing is sent while anything here is
 * locked, so a broadcast never waits for another and a member may leave while it is told something.
 *
 * <p>Thread-safe. A change takes the lock of its recipient, then that of the room's entry in the table, then the room's
 * own; a reader takes only the room's. Nobody takes two recipients' or two rooms' locks.
 *
 * <p>Spec: adapter 1 to 3.
 *
 * @param <R> what is meant by a recipient
 * @param <H> kind of home
 */
public final class RoomIndex<R, H> {
    private final Room<R, H> everyone = new Room<>();
    private final ConcurrentHashMap<String, Recipient<R, H>> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Room<R, H>> rooms = new ConcurrentHashMap<>();
    private final RoomListener listener;
    private final int maxRooms;
    private final int maxNameLength;

    /**
     * Makes an index without recipients.
     *
     * @param maxRooms rooms one recipient may be in, its own not counted
     * @param maxNameLength characters of a room's name
     */
    public RoomIndex(RoomListener listener, int maxRooms, int maxNameLength) {
        this.listener = listener;
        this.maxRooms = maxRooms;
        this.maxNameLength = maxNameLength;
    }

    /** Makes a recipient reachable: by its id, and as one of everyone. Nothing happens if it is gone already. */
    public void enter(Recipient<R, H> recipient) {
        recipient.lock.lock();
        try {
            if (recipient.gone || recipient.everyone != null) {
                return;
            }
            rooms.compute(recipient.id(), (id, room) -> {
                byId.put(id, recipient);
                if (room == null) {
                    listener.roomCreated(id);
                }
                listener.roomJoined(id, id);
                return room;
            });
            recipient.everyone = everyone.add(recipient);
        } finally {
            recipient.lock.unlock();
        }
    }

    /**
     * Adds a recipient to a room, before it is reachable too.
     *
     * @return false if it was in the room, or has left for good
     * @throws IllegalArgumentException if the name is too long
     * @throws IllegalStateException if the recipient is in too many rooms
     */
    public boolean join(Recipient<R, H> recipient, String room) {
        if (room.length() > maxNameLength) {
            throw new IllegalArgumentException("the name of a room may have " + maxNameLength
                    + " characters (limits.max-room-name-length), got " + room.length());
        }
        recipient.lock.lock();
        try {
            if (recipient.gone || room.equals(recipient.id())) {
                return false;
            }
            Map<String, Seat<R, H>> seats = recipient.seatsForJoin();
            if (seats.containsKey(room)) {
                return false;
            }
            if (seats.size() >= maxRooms) {
                throw new IllegalStateException("a socket may be in " + maxRooms
                        + " rooms (limits.max-rooms-per-socket), " + recipient.id() + " wants to join another");
            }
            rooms.compute(room, (name, existing) -> {
                Room<R, H> joined = existing;
                if (joined == null) {
                    joined = new Room<>();
                    if (!byId.containsKey(name)) {
                        listener.roomCreated(name);
                    }
                }
                seats.put(name, joined.add(recipient));
                listener.roomJoined(name, recipient.id());
                return joined;
            });
            return true;
        } finally {
            recipient.lock.unlock();
        }
    }

    /** Removes a recipient from a room; false if it was not in it. It never leaves the room named by its own id. */
    public boolean leave(Recipient<R, H> recipient, String room) {
        recipient.lock.lock();
        try {
            Map<String, Seat<R, H>> seats = recipient.seats;
            Seat<R, H> seat = seats == null ? null : seats.remove(room);
            if (seat == null) {
                return false;
            }
            giveUp(room, seat);
            return true;
        } finally {
            recipient.lock.unlock();
        }
    }

    /** Removes a recipient from everything, for good; returns the rooms it was in, its own among them. */
    public Set<String> leaveAll(Recipient<R, H> recipient) {
        recipient.lock.lock();
        try {
            Set<String> left = roomsOf(recipient);
            recipient.gone = true;
            Map<String, Seat<R, H>> seats = recipient.seats;
            recipient.seats = null;
            if (seats != null) {
                seats.forEach(this::giveUp);
            }
            Seat<R, H> seat = recipient.everyone;
            recipient.everyone = null;
            if (seat != null) {
                everyone.remove(seat);
                rooms.compute(recipient.id(), (id, room) -> {
                    byId.remove(id, recipient);
                    listener.roomLeft(id, id);
                    if (room == null) {
                        listener.roomDeleted(id);
                    }
                    return room;
                });
            }
            return left;
        } finally {
            recipient.lock.unlock();
        }
    }

    /** The rooms a recipient is in, its own first once it is reachable; a copy. */
    public Set<String> rooms(Recipient<R, H> recipient) {
        recipient.lock.lock();
        try {
            return roomsOf(recipient);
        } finally {
            recipient.lock.unlock();
        }
    }

    /** The reachable recipient with that id, or null. */
    public @Nullable R find(String id) {
        Recipient<R, H> found = byId.get(id);
        return found == null ? null : found.owner();
    }

    /** Whether a room has members, or somebody reachable has it as id. */
    public boolean occupied(String room) {
        return rooms.containsKey(room) || byId.containsKey(room);
    }

    /** Everyone that is reachable; a snapshot. */
    public List<R> all() {
        return resolve(Selection.ALL).list();
    }

    /** Number of reachable recipients. */
    public int size() {
        return byId.size();
    }

    /** Names of rooms with members, those named by ids left out. A live view. */
    public Collection<String> roomNames() {
        return Collections.unmodifiableSet(rooms.keySet());
    }

    /** Says who is meant. Members that are not reachable yet are among them: who delivers must look. */
    public Audience<R, H> resolve(Selection selection) {
        return new Audience<>(included(selection.rooms()), excluded(selection.except()));
    }

    private List<Group<R, H>> included(Set<String> names) {
        if (names.isEmpty()) {
            return everyone.members();
        }
        if (names.size() == 1) {
            String name = names.iterator().next();
            Room<R, H> room = rooms.get(name);
            Recipient<R, H> own = byId.get(name);
            if (own == null) {
                return room == null ? List.of() : room.members();
            }
            if (room == null) {
                return List.of(new Group<>(own.home(), List.of(own.owner())));
            }
        }
        return union(names);
    }

    private List<Group<R, H>> union(Set<String> names) {
        Set<R> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Grouping<R, H> grouping = new Grouping<>();
        for (String name : names) {
            Recipient<R, H> own = byId.get(name);
            if (own != null && seen.add(own.owner())) {
                grouping.add(own);
            }
            Room<R, H> room = rooms.get(name);
            if (room != null) {
                room.forEach(member -> {
                    if (seen.add(member.owner())) {
                        grouping.add(member);
                    }
                });
            }
        }
        return grouping.groups();
    }

    private Set<R> excluded(Set<String> names) {
        if (names.isEmpty()) {
            return Set.of();
        }
        if (names.size() == 1) {
            // The sender of a broadcast, nearly always.
            String name = names.iterator().next();
            Recipient<R, H> own = byId.get(name);
            if (!rooms.containsKey(name)) {
                return own == null ? Set.of() : Set.of(own.owner());
            }
        }
        Set<R> excluded = new HashSet<>();
        for (Group<R, H> group : union(names)) {
            excluded.addAll(group.members());
        }
        return excluded;
    }

    private void giveUp(String name, Seat<R, H> seat) {
        rooms.computeIfPresent(name, (same, room) -> {
            boolean empty = room.remove(seat);
            listener.roomLeft(same, seat.recipient.id());
            if (empty && !byId.containsKey(same)) {
                listener.roomDeleted(same);
            }
            return empty ? null : room;
        });
    }

    @GuardedBy("recipient.lock")
    private static <R, H> Set<String> roomsOf(Recipient<R, H> recipient) {
        Set<String> names = new LinkedHashSet<>();
        if (recipient.everyone != null) {
            names.add(recipient.id());
        }
        Map<String, Seat<R, H>> seats = recipient.seats;
        if (seats != null) {
            names.addAll(seats.keySet());
        }
        return Collections.unmodifiableSet(names);
    }
}
