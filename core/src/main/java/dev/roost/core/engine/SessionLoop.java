package dev.roost.core.engine;

import dev.roost.adapter.Scheduler;

/**
 * The one thread a session lives on, from handshake to close.
 *
 * <p>Everything that is said to a session's client passes through its loop in the order of {@link #execute}, so an
 * {@code io.emit} followed by a {@code socket.emit} arrives in that order. The server's reactors are loops; tests use
 * a manual one. Tasks are short and never block.
 *
 * <p>{@link #schedule} may be called from any thread; the task runs on the loop.
 */
public interface SessionLoop extends Scheduler {
    /** Runs a task on the loop, after all tasks handed over before. From any thread. */
    void execute(Runnable task);

    /**
     * As {@link #execute}, for a task that keeps that many bytes alive until it has run.
     *
     * <p>The queue is bounded in bytes: over the bound a caller that is no loop thread waits for the loop, never for
     * a client.
     */
    void execute(Runnable task, long bytes);

    /** As {@link #execute(Runnable, long)}, but never waits: who may wait calls {@link #awaitRoom} afterwards. */
    void enqueue(Runnable task, long bytes);

    /** Waits while the queue is over its bound; at once on a loop thread. */
    void awaitRoom();

    /** Runs a task at the end of the present turn, before connections are flushed. Loop thread only. */
    void atEndOfTurn(Runnable task);

    /** Returns true on the loop's own thread. */
    boolean inLoop();
}
