package dev.roost.server.reactor;

/** Thread of a reactor; never waits for room in a mailbox, lest two loops wait for each other. */
final class LoopThread extends Thread {
    LoopThread(Runnable run, String name) {
        super(run, name);
        setDaemon(true);
    }

    static boolean isCurrent() {
        return Thread.currentThread() instanceof LoopThread;
    }
}
