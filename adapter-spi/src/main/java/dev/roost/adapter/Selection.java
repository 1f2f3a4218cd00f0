package dev.roost.adapter;

import java.util.Set;

/**
 * Says which sockets of a namespace are meant. Immutable.
 *
 * <p>A socket is meant when {@code rooms} is empty or it is in one of them, and it is in no room of {@code except}.
 * Every socket is alone in the room named by its id, so ids may stand wherever rooms do.
 *
 * <p>Spec: adapter 3.
 *
 * @param rooms union of rooms; empty means everyone
 * @param except members of any of these are left out
 * @param flags how to deliver
 */
public record Selection(Set<String> rooms, Set<String> except, Flags flags) {
    /** Everyone, delivered in the ordinary way. */
    public static final Selection ALL = new Selection(Set.of(), Set.of(), Flags.NONE);

    public Selection {
        rooms = Set.copyOf(rooms);
        except = Set.copyOf(except);
    }

    /**
     * How to deliver. Immutable.
     *
     * @param isVolatile drop the packet for clients that are not writable
     * @param compress the packet may be compressed
     * @param local only sockets of the node that emits
     */
    public record Flags(boolean isVolatile, boolean compress, boolean local) {
        /** Reliable, compressible, on every node. */
        public static final Flags NONE = new Flags(false, true, false);
    }
}
