package dev.roost.core.namespace;

/**
 * An application: found through {@link java.util.ServiceLoader}, or passed to the server.
 *
 * <p>Declared in {@code META-INF/services/dev.roost.core.namespace.SocketIoApplication}.
 */
public interface SocketIoApplication {
    /** Name in the configuration: {@code socketio.application=<name>}. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** Registers middlewares and listeners; called once, before the server listens. */
    void configure(SocketIo io);
}
