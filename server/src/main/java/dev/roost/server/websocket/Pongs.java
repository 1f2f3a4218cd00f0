package dev.roost.server.websocket;

import dev.roost.core.engine.SessionLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers to pings of one connection: at most 100 a second, of which the newest stands for those before.
 *
 * <p>Confined to the loop.
 *
 * <p>Spec: RFC 6455 section 5.5.3, security 5 (W15).
 */
final class Pongs {
    private static final long INTERVAL_NANOS = 10_000_000;

    private final SessionLoop loop;
    private final Runnable flush;
    private byte @Nullable [] payload;
    private long last;
    private boolean waiting;

    /**
     * Makes the answers.
     *
     * @param flush asks for {@link #take} to be called soon
     */
    Pongs(SessionLoop loop, Runnable flush) {
        this.loop = loop;
        this.flush = flush;
        this.last = loop.nanoTime() - INTERVAL_NANOS;
    }

    /** A ping came. */
    void pinged(byte[] content) {
        payload = content;
        if (waiting) {
            return;
        }
        long wait = last + INTERVAL_NANOS - loop.nanoTime();
        if (wait <= 0) {
            flush.run();
        } else {
            waiting = true;
            loop.schedule(this::waited, Duration.ofNanos(wait));
        }
    }

    /** Returns the frame to send now, or null. */
    byte @Nullable [] take() {
        byte[] content = payload;
        if (content == null) {
            return null;
        }
        long now = loop.nanoTime();
        if (now - last < INTERVAL_NANOS) {
            return null;
        }
        last = now;
        payload = null;
        return FrameWriter.control(Opcode.PONG, content);
    }

    private void waited() {
        waiting = false;
        flush.run();
    }
}
