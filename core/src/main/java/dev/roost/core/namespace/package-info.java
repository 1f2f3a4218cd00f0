/**
 * Socket.IO: what applications use. An application is handed a {@link dev.roost.core.namespace.SocketIo}, registers
 * listeners on it and on the {@link dev.roost.core.namespace.Socket}s it is told of, and emits.
 *
 * <p>Listeners and middlewares run on virtual threads and may block: one mailbox for each socket, so a socket's
 * listeners run one at a time, in the order of its events. Every method here may be called from any thread.
 */
@NullMarked
package dev.roost.core.namespace;

import org.jspecify.annotations.NullMarked;
