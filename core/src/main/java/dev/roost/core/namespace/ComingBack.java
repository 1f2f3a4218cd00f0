package dev.roost.core.namespace;

import dev.roost.adapter.Command;
import dev.roost.adapter.SharedLog;
import dev.roost.core.recovery.RecoveryState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that comes back by a log all nodes share, from the moment its session was found until it is connected.
 *
 * <p>Meanwhile it gathers what this node reads, and the log is asked for what came before; the two overlap. Bounded in
 * bytes: who would get more than that is a new client.
 *
 * <p>Guarded by the lock of the namespace's log, but for what the log said, which is set before the loop gets it.
 */
final class ComingBack implements NamespaceRecovery.Returning {
    /** Bytes of an event besides its content: the offset, the packet and the objects. */
    static final int OVERHEAD = 128;

    private final RecoveryState state;
    private final long mostBytes;
    private final List<SharedLog.Entry> read = new ArrayList<>();
    private List<SharedLog.Entry> found = List.of();
    private Comparator<String> order = Comparator.naturalOrder();
    private long bytes;

    ComingBack(RecoveryState state, long mostBytes) {
        this.state = state;
        this.mostBytes = mostBytes;
    }

    @Override
    public RecoveryState state() {
        return state;
    }

    /** This node has read an event; with the log held. */
    void logged(String id, Command.Broadcast event) {
        if (bytes > mostBytes || !state.isMeant(event.selection())) {
            return;
        }
        bytes += event.arguments().bytes() + OVERHEAD;
        read.add(new SharedLog.Entry(
                id, event.arguments(), event.selection().flags().compress()));
        if (bytes > mostBytes) {
            read.clear();
        }
    }

    /** What the log says it missed; once, before it connects. */
    void found(List<SharedLog.Entry> missed, Comparator<String> idOrder) {
        found = missed;
        order = idOrder;
    }

    /** All it missed, in order; null if that is too much. With the log held. */
    @Nullable
    List<SharedLog.Entry> missed() {
        if (bytes > mostBytes) {
            return null;
        }
        List<SharedLog.Entry> all = new ArrayList<>(found);
        for (SharedLog.Entry entry : read) {
            if (all.isEmpty() || order.compare(entry.id(), all.getLast().id()) > 0) {
                all.add(entry);
            }
        }
        return all;
    }
}
