package dev.roost.core.namespace;

import dev.roost.core.engine.SessionLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the mailboxes that got something in a turn of a loop, at its end and all at once.
 *
 * <p>Waking the threads that run handlers costs a system call; a turn that read a hundred events pays it once.
 *
 * <p>Confined to the loop.
 */
final class Handoff implements Runnable {
    private final SessionLoop loop;
    private final List<Mailbox> ready = new ArrayList<>();

    Handoff(SessionLoop loop) {
        this.loop = loop;
    }

    /** Adds a task to a mailbox, which runs from the end of this turn on. */
    void post(Mailbox mailbox, Runnable task) {
        if (mailbox.add(task)) {
            if (ready.isEmpty()) {
                loop.atEndOfTurn(this);
            }
            ready.add(mailbox);
        }
    }

    @Override
    public void run() {
        for (Mailbox mailbox : ready) {
            mailbox.start();
        }
        ready.clear();
    }
}
