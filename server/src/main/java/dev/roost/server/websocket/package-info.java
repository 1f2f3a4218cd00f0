/** WebSocket: RFC 6455 and 7692, what carries a connection's bytes, and the handshake inside Helidon. */
@NullMarked
package dev.roost.server.websocket;

import org.jspecify.annotations.NullMarked;
