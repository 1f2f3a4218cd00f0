package dev.roost.server.websocket;

import dev.roost.adapter.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose client takes too long: to complete a message, or to accept a byte.
 *
 * <p>Exists only once one of both was under way. It has at most one timer, which looks at both when it fires, so
 * telling it of every read and write costs nothing; only a shorter patience than the one it waits for resets it.
 * Confined to the loop.
 *
 * <p>Spec: security 1, {@code max-message-time} and {@code write-timeout}; security 5 (W7, W14).
 */
final class Watchdog {
    private final LoopShare share;
    private final Carrier carrier;
    private final Owner owner;
    private @Nullable Object message;
    private long messageSince;
    private boolean writing;
    private Scheduler.@Nullable Timer timer;
    private long timerDue;

    Watchdog(LoopShare share, Carrier carrier, Owner owner) {
        this.share = share;
        this.carrier = carrier;
        this.owner = owner;
    }

    /** Who is told. */
    interface Owner {
        /** A message was begun and not completed in time. */
        void messageOverdue();

        /** The client accepted nothing for too long. */
        void writeStalled();
    }

    /** Tells which message is incomplete after a read, or null. */
    void reading(@Nullable Object incomplete) {
        if (incomplete != message) {
            message = incomplete;
            messageSince = share.loop.nanoTime();
            arm();
        }
    }

    /** Tells whether something is unsent after a flush. */
    void writing(boolean unsent) {
        writing = unsent;
        arm();
    }

    void stop() {
        message = null;
        writing = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm() {
        long nanos = Math.max(0, Math.min(messageLeft(), writeLeft()));
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        long due = share.loop.nanoTime() + nanos;
        if (timer != null) {
            if (timerDue - due <= 0) {
                return;
            }
            timer.cancel();
        }
        timerDue = due;
        timer = share.loop.schedule(this::look, Duration.ofNanos(nanos));
    }

    private void look() {
        timer = null;
        if (messageLeft() <= 0) {
            message = null;
            owner.messageOverdue();
        } else if (writeLeft() <= 0) {
            writing = false;
            owner.writeStalled();
        }
        arm();
    }

    private long messageLeft() {
        return message == null
                ? Long.MAX_VALUE
                : share.config.maxMessageTime().toNanos() - (share.loop.nanoTime() - messageSince);
    }

    private long writeLeft() {
        return writing
                ? share.config.writeTimeout().toNanos() - (share.loop.nanoTime() - carrier.progressNanos())
                : Long.MAX_VALUE;
    }
}
