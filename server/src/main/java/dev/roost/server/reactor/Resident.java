package dev.roost.server.reactor;

/** A connection that lives on a loop without a channel of its own there; see {@link Reactor#enter}. */
public interface Resident {
    /** Close at once: the loop ends. Called on the loop. */
    void abort();
}
