package dev.roost.core.recovery;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is to have a session: of those who want the same one, one after the other looks for it.
 *
 * <p>A turn lasts until it is known what became of the session, so that the next finds it where it is by then. Who has
 * waited too long for another looks without a turn, and what becomes of that ends nobody else's.
 *
 * <p>Thread-safe: holds no lock.
 */
public final class Turns {
    private final Duration limit;
    private final ConcurrentHashMap<String, Turn> present = new ConcurrentHashMap<>();

    /**
     * Makes the turns of one process.
     *
     * @param limit what somebody else may take
     */
    public Turns(Duration limit) {
        this.limit = limit;
    }

    /** Waits until nobody else looks for a session, by its secret. {@link Turn#end} must follow. Not on a loop. */
    public Turn begin(String pid) {
        Turn mine = new Turn(pid);
        Turn other = present.putIfAbsent(pid, mine);
        while (other != null && await(other)) {
            other = present.putIfAbsent(pid, mine);
        }
        return mine;
    }

    /** Waits for what becomes of a session somebody looks for, if anybody does. Not on a loop. */
    public void await(String pid) {
        Turn other = present.get(pid);
        if (other != null) {
            await(other);
        }
    }

    private boolean await(Turn other) {
        try {
            return other.over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** One attempt to have a session. */
    public final class Turn {
        private final String pid;
        private final CountDownLatch over = new CountDownLatch(1);

        private Turn(String pid) {
            this.pid = pid;
        }

        /** True unless it is over, or began while another lasted. */
        public boolean lasts() {
            return present.get(pid) == this;
        }

        /** It is known what became of the session: its client has it, or somebody else may. */
        public void end() {
            present.remove(pid, this);
            over.countDown();
        }
    }
}
