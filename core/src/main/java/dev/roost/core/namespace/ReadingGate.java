package dev.roost.core.namespace;

import dev.roost.core.engine.EngineSession;

/**
 * Stops reading a connection while too much waits for the handlers of one of its sockets.
 *
 * <p>Reading goes on when half of it is done. A handler that waits for its own client would wait for ever if that client
 * were not read: then reading goes on to a larger limit, and beyond that the handler's wait fails.
 *
 * <p>Confined to the loop. Spec: design 3.
 */
final class ReadingGate {
    private final EngineSession session;
    private final SocketIoOptions options;
    private boolean paused;

    ReadingGate(EngineSession session, SocketIoOptions options) {
        this.session = session;
        this.options = options;
    }

    /** Looks at the sockets of the connection anew. */
    void reconsider(Socket[] sockets) {
        boolean pause = false;
        boolean awaited = false;
        long waiting = 0;
        for (Socket socket : sockets) {
            pause |= socket.connected() && socket.inbox().isOver();
            awaited |= socket.outbound().awaitedByThread();
            waiting += socket.inbox().bytes();
        }
        if (pause && awaited) {
            if (waiting <= options.inboundBytesWhileWaiting()) {
                pause = false;
            } else {
                for (Socket socket : sockets) {
                    socket.outbound().failAwaited(AckException.Reason.INBOUND_QUEUE_FULL);
                }
            }
        }
        if (pause != paused) {
            paused = pause;
            session.pauseReading(pause);
        }
    }

    /** The same, where nothing can have become worse. */
    void reconsiderIfPaused(Socket[] sockets) {
        if (paused) {
            reconsider(sockets);
        }
    }
}
