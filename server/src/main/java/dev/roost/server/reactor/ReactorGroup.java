package dev.roost.server.reactor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The loops of a server; sessions are spread over them in turn.
 *
 * <p>Thread-safe: immutable but for a counter.
 */
public final class ReactorGroup {
    /** Bytes that tasks handed to one loop may keep alive. */
    public static final long DEFAULT_MAILBOX_BYTES = 64L << 20;

    private static final int CORES_PER_LOOP = 2;
    private static final long POLL_NANOS = 2_000_000;

    private final List<Reactor> loops;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Makes loops; {@link #start} starts them.
     *
     * @param size number of loops, at least 1
     */
    public ReactorGroup(int size) {
        this(size, DEFAULT_MAILBOX_BYTES);
    }

    /**
     * Makes loops.
     *
     * @param size number of loops, at least 1
     * @param mailboxBytes bound of each one's mailbox, at least 1
     */
    public ReactorGroup(int size, long mailboxBytes) {
        if (size < 1 || mailboxBytes < 1) {
            throw new IllegalArgumentException(
                    "size and mailboxBytes must be at least 1, are " + size + " and " + mailboxBytes);
        }
        List<Reactor> made = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            try {
                made.add(new Reactor("roost-loop-" + i, mailboxBytes));
            } catch (IOException e) {
                throw new UncheckedIOException("no selector for a loop", e);
            }
        }
        loops = List.copyOf(made);
    }

    /** Loops a machine of this size should have: one for two cores. */
    public static int defaultSize() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / CORES_PER_LOOP);
    }

    /** Starts the threads. */
    public void start() {
        loops.forEach(Reactor::start);
    }

    /** The loop for the next session. */
    public Reactor next() {
        return loops.size() == 1 ? loops.get(0) : loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** All loops; cluster and acknowledgement deadlines are on the first. */
    public List<Reactor> loops() {
        return loops;
    }

    /**
     * Asks every loop for a sign of life.
     *
     * @param answered called on the last loop once all have answered; never if one hangs
     */
    public void ping(Runnable answered) {
        AtomicInteger missing = new AtomicInteger(loops.size());
        for (Reactor loop : loops) {
            loop.execute(() -> {
                if (missing.decrementAndGet() == 0) {
                    answered.run();
                }
            });
        }
    }

    /** Bytes kept alive by tasks that wait for loops. */
    public long mailboxBytes() {
        long sum = 0;
        for (Reactor loop : loops) {
            sum += loop.mailboxBytes();
        }
        return sum;
    }

    /** Connections carried at present. */
    public int connections() {
        int sum = 0;
        for (Reactor loop : loops) {
            sum += loop.connections();
        }
        return sum;
    }

    /**
     * Ends the loops.
     *
     * @param patience how long connections that are being closed may take; those left are cut off
     */
    public void close(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (connections() > 0
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        loops.forEach(Reactor::stop);
        try {
            for (Reactor loop : loops) {
                loop.awaitStop(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
