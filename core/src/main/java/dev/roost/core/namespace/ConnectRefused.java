package dev.roost.core.namespace;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a middleware that does not let a client into its namespace.
 *
 * <p>The client gets the message and the data as a {@code connect_error}; its connection stays open.
 *
 * <p>Spec: socket-io 3, features N13.
 */
public final class ConnectRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // Never serialised: Java serialisation is refused everywhere.
    private final @Nullable Object data;

    /** Refuses with a message the client is shown. */
    public ConnectRefused(String message) {
        this(message, null);
    }

    /** Refuses with a message and data that the client's {@code error.data} holds; anything JSON can express. */
    public ConnectRefused(String message, @Nullable Object data) {
        super(message, null, false, false);
        this.data = data;
    }

    /** What the client gets beside the message, or null. */
    public @Nullable Object data() {
        return data;
    }
}
