package dev.roost.core.room;

/**
 * One recipient's place in one room, so that leaving needs no search.
 *
 * <p>The position belongs to the room and is guarded by its lock.
 */
final class Seat<R, H> {
    final Recipient<R, H> recipient;
    int position;

    Seat(Recipient<R, H> recipient) {
        this.recipient = recipient;
    }
}
