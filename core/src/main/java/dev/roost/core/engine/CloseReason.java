package dev.roost.core.engine;

/**
 * Why a session ended; the text is what applications and clients of the reference know.
 *
 * <p>Spec: engine-io 9.
 */
public enum CloseReason {
    TRANSPORT_ERROR("transport error"),
    TRANSPORT_CLOSE("transport close"),
    FORCED_CLOSE("forced close"),
    PING_TIMEOUT("ping timeout"),
    PARSE_ERROR("parse error"),
    SERVER_SHUTTING_DOWN("server shutting down");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    /** The documented text. */
    public String text() {
        return text;
    }
}
