/**
 * Engine.IO: sessions, their heartbeat, their way out and the move from polling to WebSocket.
 *
 * <p>Knows no HTTP and no socket: a server implements {@link dev.roost.core.engine.Transport} and
 * {@link dev.roost.core.engine.SessionLoop}.
 */
@NullMarked
package dev.roost.core.engine;

import org.jspecify.annotations.NullMarked;
