package dev.roost.server.reactor;

/** Something that has bytes to write; see {@link Reactor#flushAtEndOfTurn}. Called on the loop; must not block. */
public interface EndOfTurn {
    /** Writes what is due. */
    void flush();

    /** Close at once: the flush failed. */
    void abort();
}
