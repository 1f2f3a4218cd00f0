package dev.roost.server.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What clients told and no test has asked for yet, in order. Thread-safe: guarded by its own lock. */
final class Reports {
    /** How long a test waits for anything. */
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final List<Report> waiting = new ArrayList<>();

    @GuardedBy("lock")
    private boolean ended;

    void add(Report report) {
        lock.lock();
        try {
            waiting.add(report);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There will be no more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest report that matches, waiting for it if need be. */
    Report await(Predicate<Report> wanted, String description) {
        long left = DEADLINE.toNanos();
        lock.lock();
        try {
            while (true) {
                for (int i = 0; i < waiting.size(); i++) {
                    if (wanted.test(waiting.get(i))) {
                        return waiting.remove(i);
                    }
                }
                if (left <= 0 || ended) {
                    throw new AssertionError("no report of " + description
                            + (ended ? " before the end" : " within " + DEADLINE.toSeconds() + " s") + "; there were "
                            + waiting);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + description, e);
        } finally {
            lock.unlock();
        }
    }

    /** Takes all reports there are that match. */
    List<Report> take(Predicate<Report> wanted) {
        lock.lock();
        try {
            List<Report> taken = waiting.stream().filter(wanted).toList();
            waiting.removeIf(wanted);
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
