package dev.roost.core.recovery;

import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import org.jspecify.annotations.Nullable;

/**
 * An event that was sent, for those who were meant. Immutable.
 *
 * @param position where it stands in the log
 * @param time when, in nanoseconds of the log's clock
 * @param selection who was meant, unless it was one socket's own
 * @param only id of the only socket meant, or null
 * @param event name and arguments, without offset
 * @param origin the node that numbered it, or null if none did
 * @param number its number among those of that node
 * @param sharedBefore position of the last event before it that was not one socket's own
 * @param ownBefore position of the last event before it of the same socket alone; of no meaning to one for others
 */
public record LogEntry(
        long position,
        long time,
        Selection selection,
        @Nullable String only,
        Payload event,
        @Nullable NodeId origin,
        long number,
        long sharedBefore,
        long ownBefore) {
    /** Bytes counted for the objects around the content. */
    private static final int OVERHEAD = 128;

    private static final int ROOM_OVERHEAD = 64;

    /** True if a socket that was away was meant. */
    boolean isFor(RecoveryState state) {
        if (only != null) {
            return only.equals(state.socketId());
        }
        return (selection.rooms().isEmpty() || state.wasInAny(selection.rooms(), position))
                && !state.wasInAny(selection.except(), position);
    }

    /** Roughly the bytes it keeps alive. */
    long bytes() {
        return OVERHEAD
                + event.bytes()
                + (long) ROOM_OVERHEAD
                        * (selection.rooms().size() + selection.except().size());
    }
}
