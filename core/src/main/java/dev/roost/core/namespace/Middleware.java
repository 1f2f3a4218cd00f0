package dev.roost.core.namespace;

/**
 * Decides whether a client may enter a namespace.
 *
 * <p>Runs on a virtual thread of its own and may block, up to {@code limits.auth-timeout}. The socket is not connected
 * yet: rooms may be joined and events emitted to it, but broadcasts do not reach it.
 *
 * <p>Spec: socket-io 3, features N12 to N14.
 */
@FunctionalInterface
public interface Middleware {
    /**
     * Lets the client pass by returning.
     *
     * @throws ConnectRefused to refuse; the client gets its message and data
     * @throws Exception to refuse with a fixed message; this one is logged
     */
    void accept(Socket socket) throws Exception;
}
