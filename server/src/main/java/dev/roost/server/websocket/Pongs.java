package dev.roost.server.websocket;

import dev.roost.adapter.Scheduler;
import dev.roost.core.engine.SessionLoop;
import dev.roost.server.reactor.FrameQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers to pings of one connection: at most 100 in any second, each in its turn as long as they are few; of more,
 * the newest stands for those before.
 *
 * <p>Confined to the loop.
 *
 * <p>Spec: RFC 6455 section 5.5.3, security 5 (W15).
 */
final class Pongs {
    /** Answers that may come at once; with one for each interval of a second they are 100. */
    private static final int BURST = 20;

    private static final long INTERVAL_NANOS = 12_500_000;

    private final SessionLoop loop;
    private final Runnable flush;
    /** Answers due at once, oldest first. */
    private final List<byte[]> due = new ArrayList<>();
    /** The newest ping that has to wait. */
    private byte @Nullable [] waiting;

    private Scheduler.@Nullable Timer timer;
    /** When the answers given so far are used up: an interval each. */
    private long paidUntil;

    /**
     * Makes the answers.
     *
     * @param flush asks for {@link #drainTo} to be called soon
     */
    Pongs(SessionLoop loop, Runnable flush) {
        this.loop = loop;
        this.flush = flush;
        this.paidUntil = loop.nanoTime();
    }

    /** A ping came. */
    void pinged(byte[] content) {
        if (timer != null) {
            waiting = content;
        } else if (delay() <= 0) {
            answer(content);
        } else {
            waiting = content;
            timer = loop.schedule(this::waited, Duration.ofNanos(delay()));
        }
    }

    /** Gives the frames to send now. */
    void drainTo(FrameQueue queue) {
        for (byte[] content : due) {
            queue.add(FrameWriter.control(Opcode.PONG, content));
        }
        due.clear();
    }

    /** The connection is over. */
    void stop() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** Nanoseconds until another answer may be given. */
    private long delay() {
        return paidUntil - loop.nanoTime() - (BURST - 1) * INTERVAL_NANOS;
    }

    private void answer(byte[] content) {
        paidUntil = Math.max(paidUntil, loop.nanoTime()) + INTERVAL_NANOS;
        due.add(content);
        flush.run();
    }

    private void waited() {
        timer = null;
        byte[] newest = waiting;
        waiting = null;
        if (newest != null) {
            answer(newest);
        }
    }
}
