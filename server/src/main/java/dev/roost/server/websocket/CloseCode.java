package dev.roost.server.websocket;

/**
 * Status codes of a close frame.
 *
 * <p>Spec: RFC 6455 section 7.4.
 */
final class CloseCode {
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    /** The close frame had no code; never on the wire. */
    static final int NONE = 1005;

    static final int INVALID_PAYLOAD = 1007;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;

    private CloseCode() {}

    /** True if an endpoint may send the code. */
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
