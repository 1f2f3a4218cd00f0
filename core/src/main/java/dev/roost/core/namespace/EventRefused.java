package dev.roost.core.namespace;

/**
 * Thrown by a handler or an event middleware that refuses one event.
 *
 * <p>The message is for the client: if it asked for an answer it gets {@code {"error": message}}. The connection stays.
 * Of any other exception the client learns nothing but that there was one.
 */
public class EventRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Refuses with a message the client is shown. */
    public EventRefused(String message) {
        super(message, null, false, false);
    }
}
