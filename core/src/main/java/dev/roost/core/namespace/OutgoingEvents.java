package dev.roost.core.namespace;

import dev.roost.adapter.Payload;
import dev.roost.core.log.LimitedLog;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to a client and waits for the catch-all handlers to look at it.
 *
 * <p>A handler that blocks holds up the mailbox but not those who emit, so this is bounded like what comes in: beyond
 * the bounds the handlers are not told.
 *
 * <p>Thread-safe: filled on the loop, emptied by the mailbox; the counters are atomic, each of its own.
 */
final class OutgoingEvents {
    private static final System.Logger LOGGER = System.getLogger(OutgoingEvents.class.getName());
    private static final LimitedLog MISSED = new LimitedLog(LOGGER, System.Logger.Level.WARNING);

    private final Socket socket;
    private final int maxEvents;
    private final long maxBytes;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    OutgoingEvents(Socket socket, SocketIoOptions options) {
        this.socket = socket;
        this.maxEvents = options.inboundPackets();
        this.maxBytes = options.inboundBytes();
    }

    /** What the mailbox has to do about an event, or null if too many wait. Loop only. */
    @Nullable
    Runnable look(Payload event) {
        long size = event.bytes();
        // One is always let in, whatever its size.
        if (events.get() >= maxEvents || events.get() > 0 && bytes.get() + size > maxBytes) {
            MISSED.log("catch-all handlers of " + LimitedLog.safe(socket.toString())
                    + " are not told of what is sent: too much waits for them");
            return null;
        }
        events.incrementAndGet();
        bytes.addAndGet(size);
        return () -> {
            bytes.addAndGet(-size);
            events.decrementAndGet();
            EventDispatch.sent(socket, event);
        };
    }
}
