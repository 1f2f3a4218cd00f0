package dev.roost.core.namespace;

import dev.roost.core.engine.CloseReason;

/**
 * Why a socket is no longer connected.
 *
 * <p>Spec: socket-io 9, features K24.
 */
public enum DisconnectReason {
    /** The connection broke, or the client fell too far behind. */
    TRANSPORT_ERROR("transport error"),
    /** The client closed the connection. */
    TRANSPORT_CLOSE("transport close"),
    /** The server ended the connection, for instance after a packet that is not allowed. */
    FORCED_CLOSE("forced close"),
    /** The client did not answer in time. */
    PING_TIMEOUT("ping timeout"),
    /** What came was no packet. */
    PARSE_ERROR("parse error"),
    /** The process stops. */
    SERVER_SHUTTING_DOWN("server shutting down"),
    /** The server ended the connection while the client could not be told. */
    FORCED_SERVER_CLOSE("forced server close"),
    /** The client left the namespace. */
    CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
    /** The application disconnected the socket. */
    SERVER_NAMESPACE_DISCONNECT("server namespace disconnect");

    private final String text;

    DisconnectReason(String text) {
        this.text = text;
    }

    /** The documented text. */
    public String text() {
        return text;
    }

    /** True if the client may come back to its session: it did not leave of its own will, nor was it sent away. */
    public boolean isRecoverable() {
        return switch (this) {
            case TRANSPORT_ERROR,
                    TRANSPORT_CLOSE,
                    FORCED_CLOSE,
                    PING_TIMEOUT,
                    SERVER_SHUTTING_DOWN,
                    FORCED_SERVER_CLOSE -> true;
            case PARSE_ERROR, CLIENT_NAMESPACE_DISCONNECT, SERVER_NAMESPACE_DISCONNECT -> false;
        };
    }

    static DisconnectReason of(CloseReason reason) {
        return switch (reason) {
            case TRANSPORT_ERROR -> TRANSPORT_ERROR;
            case TRANSPORT_CLOSE -> TRANSPORT_CLOSE;
            case FORCED_CLOSE -> FORCED_CLOSE;
            case PING_TIMEOUT -> PING_TIMEOUT;
            case PARSE_ERROR -> PARSE_ERROR;
            case SERVER_SHUTTING_DOWN -> SERVER_SHUTTING_DOWN;
        };
    }

    /** The documented text. */
    @Override
    public String toString() {
        return text;
    }
}
