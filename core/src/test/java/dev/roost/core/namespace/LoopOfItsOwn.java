package dev.roost.core.namespace;

import dev.roost.core.engine.SessionLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop with a thread of its own and the real time, for tests in which things happen at once. Thread-safe. */
final class LoopOfItsOwn implements SessionLoop, AutoCloseable {
    private volatile @Nullable Thread thread;
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = Thread.ofPlatform().name("roost-test-loop").daemon().unstarted(task);
        thread = made;
        return made;
    });

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The test is over.
        }
    }

    @Override
    public void execute(Runnable task, long bytes) {
        execute(task);
    }

    @Override
    public void enqueue(Runnable task, long bytes) {
        execute(task);
    }

    @Override
    public void awaitRoom() {}

    @Override
    public void atEndOfTurn(Runnable task) {
        execute(task);
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        ScheduledFuture<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
