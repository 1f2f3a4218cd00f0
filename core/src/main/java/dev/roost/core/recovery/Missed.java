package dev.roost.core.recovery;

import java.util.ArrayList;
import java.util.List;

/**
 * What one client missed, as far as the log was read for it. Guarded by the lock of the log while it is read.
 */
public final class Missed {
    final RecoveryState state;
    long readUpTo;
    private final List<LogEntry> entries = new ArrayList<>();
    private long bytes;

    Missed(RecoveryState state, long after) {
        this.state = state;
        this.readUpTo = after;
    }

    void add(LogEntry entry) {
        entries.add(entry);
        bytes += entry.event().bytes() + Offset.MOST_BYTES;
    }

    /** The events, in order. */
    public List<LogEntry> entries() {
        return entries;
    }

    /** Bytes of the events with their offsets. */
    public long bytes() {
        return bytes;
    }
}
