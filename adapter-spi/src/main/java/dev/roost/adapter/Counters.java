package dev.roost.adapter;

/** Counts what an operator may want to alert on. Thread-safe; never blocks. */
@FunctionalInterface
public interface Counters {
    /** Counts nothing. */
    Counters NONE = (name, amount) -> {};

    /** Adds to the counter of that name, such as {@code cluster.frames.refused}; names are constants, never input. */
    void add(String name, long amount);
}
