package dev.roost.server.websocket;

/**
 * An accepted handshake. Immutable.
 *
 * @param response the whole 101 response, not yet written
 * @param compressed true if compression was negotiated
 */
record WebSocketHandshake(byte[] response, boolean compressed) {}
