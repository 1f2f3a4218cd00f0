package dev.roost.adapter.redis;

import dev.roost.adapter.Command;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events of this node on their way into a stream and back. Whoever sent one waits until it is read; what nobody waits
 * for any more is passed over when it is read late, since it was delivered without.
 *
 * <p>Once one took too long the next ones are not waited for until something is read back again: a Redis that hangs
 * holds up one event of each sender, not all of them.
 *
 * <p>Thread-safe: who takes an event out of the map decides what becomes of it.
 */
final class StreamAppends {
    private final ConcurrentHashMap<String, Awaited> awaited = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Duration limit;
    private volatile boolean late;

    /** An event somebody waits for. */
    private static final class Awaited {
        private final Command.Broadcast event;
        private final CountDownLatch decided = new CountDownLatch(1);

        /** It will be delivered; set before that, since a loop may hold it up. */
        private volatile boolean taken;

        Awaited(Command.Broadcast event) {
            this.event = event;
        }
    }

    /** Makes it; {@code limit} is what an event may take. */
    StreamAppends(Duration limit) {
        this.limit = limit;
    }

    /** An event will be sent with the token this returns; {@link #await} must follow, or {@link #forget}. */
    String begin(Command.Broadcast event) {
        String token = Long.toString(tokens.incrementAndGet(), Character.MAX_RADIX);
        awaited.put(token, new Awaited(event));
        return token;
    }

    /** It was not sent. */
    void forget(String token) {
        awaited.remove(token);
    }

    /** Waits until an event was delivered; false if it will not be. */
    boolean await(String token, CompletionStage<?> answer) {
        Awaited mine = awaited.get(token);
        if (mine == null) {
            // It has been read already, by a reader that is faster than this thread.
            return true;
        }
        answer.whenComplete((id, failure) -> {
            if (failure != null) {
                giveUp(token);
            }
        });
        if (late || !await(mine)) {
            late = true;
            giveUp(token);
            await(mine);
        }
        return mine.taken;
    }

    private void giveUp(String token) {
        Awaited lost = awaited.remove(token);
        if (lost != null) {
            lost.decided.countDown();
        }
    }

    /** Waits as long as allowed, be the thread interrupted or not: what becomes of the event has to be known. */
    private boolean await(Awaited mine) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return mine.decided.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** An event of this node was read: has it delivered if somebody waits for that. */
    void readBack(@Nullable String token, Consumer<Command.Broadcast> deliver) {
        late = false;
        Awaited mine = token == null ? null : awaited.remove(token);
        if (mine != null) {
            mine.taken = true;
            try {
                deliver.accept(mine.event);
            } finally {
                mine.decided.countDown();
            }
        }
    }
}
