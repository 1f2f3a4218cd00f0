/**
 * Runs Socket.IO on Helidon: a whole server, or a feature of one that exists.
 *
 * <p>{@link dev.roost.server.SocketIoServer} listens on a port of its own; {@link dev.roost.server.SocketIoFeature}
 * mounts on any Helidon {@code WebServer} beside other routes.
 */
@NullMarked
package dev.roost.server;

import org.jspecify.annotations.NullMarked;
