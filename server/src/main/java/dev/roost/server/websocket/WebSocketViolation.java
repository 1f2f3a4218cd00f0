package dev.roost.server.websocket;

/**
 * The peer broke the protocol or passed a limit; the connection ends with this code.
 *
 * <p>The message is fixed text, never anything the peer sent. Without stack trace: a hostile peer must not make us
 * walk stacks.
 */
final class WebSocketViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final int code;

    private WebSocketViolation(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static WebSocketViolation protocol(String message) {
        return new WebSocketViolation(CloseCode.PROTOCOL_ERROR, message);
    }

    static WebSocketViolation invalidPayload(String message) {
        return new WebSocketViolation(CloseCode.INVALID_PAYLOAD, message);
    }

    static WebSocketViolation policy(String message) {
        return new WebSocketViolation(CloseCode.POLICY, message);
    }

    /** Spec: engine-io 6, the description users of the reference know. */
    static WebSocketViolation tooBig() {
        return new WebSocketViolation(CloseCode.TOO_BIG, "Max payload size exceeded");
    }

    /** Status code of the close frame to send. */
    int code() {
        return code;
    }
}
