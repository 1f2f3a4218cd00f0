package dev.roost.core.room;

/**
 * Learns what happens to rooms.
 *
 * <p>Called in the order of the changes, while the room is locked: must not block and must not call the index.
 *
 * <p>Spec: adapter 2, "Events of the adapter".
 */
public interface RoomListener {
    /** Listens to nothing. */
    RoomListener NONE = new RoomListener() {};

    /** The first member is about to join. */
    default void roomCreated(String room) {}

    /** The last member has left. */
    default void roomDeleted(String room) {}

    /** A recipient that was not in the room joined it. */
    default void roomJoined(String room, String id) {}

    /** A recipient that was in the room left it. */
    default void roomLeft(String room, String id) {}
}
