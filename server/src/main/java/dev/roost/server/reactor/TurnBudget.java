package dev.roost.server.reactor;

/**
 * How much of the mailbox one turn of a loop does before connections are flushed. Confined to the loop.
 *
 * <p>The more a turn does, the more goes out in one write; but a turn that never ends lets outboxes run over though
 * their clients keep up.
 */
final class TurnBudget {
    private static final int MAX_TASKS = 4096;
    private static final long MAX_BYTES = 512 * 1024;
    private static final long MAX_NANOS = 5_000_000;

    private long started;
    private int tasks;

    void restart(long now) {
        started = now;
        tasks = 0;
    }

    /** True if the turn should end; asked before each task. */
    boolean isSpent(long bytes) {
        return tasks++ == MAX_TASKS || bytes >= MAX_BYTES || System.nanoTime() - started >= MAX_NANOS;
    }
}
