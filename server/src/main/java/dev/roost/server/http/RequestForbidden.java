package dev.roost.server.http;

/** Thrown by {@link AllowRequest} to refuse a session; the message is sent to the client. */
public final class RequestForbidden extends Exception {
    private static final long serialVersionUID = 1L;

    /** Refuses with a message of the application's own. */
    public RequestForbidden(String message) {
        super(message);
    }
}
