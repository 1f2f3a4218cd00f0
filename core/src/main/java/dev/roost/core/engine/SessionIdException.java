package dev.roost.core.engine;

/**
 * A session id could not be made: the application's own source failed.
 *
 * <p>Spec: engine-io 3, {@code ID_GENERATION_ERROR}.
 */
public final class SessionIdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception with what was expected and what came. */
    public SessionIdException(String message) {
        super(message);
    }

    /** Makes the exception for a source that threw. */
    public SessionIdException(String message, Throwable cause) {
        super(message, cause);
    }
}
