package dev.roost.adapter;

/**
 * Has all nodes of a cluster apply commands, without being one of them; what an {@link Emitter} sends through.
 *
 * <p>It hears nothing, answers nothing, and no node waits for it. Thread-safe; methods may block.
 */
public interface CommandSender extends AutoCloseable {
    /**
     * Connects. Called once, before any other method.
     *
     * @throws AdapterException if the cluster cannot be reached; the message names the address that was tried
     */
    void start();

    /**
     * Has every node apply a command, in the order of the calls of one thread. May wait for room; drops what is volatile
     * instead.
     *
     * @throws AdapterException if the cluster cannot be reached now, or takes less than is sent; the command is dropped
     */
    void send(Command command);

    /** Sends what waits, for some seconds at most, and disconnects. Idempotent. */
    @Override
    void close();
}
