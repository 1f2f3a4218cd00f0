package dev.roost.server.observe;

import dev.roost.core.engine.EngineSession;
import java.util.Collection;

/** One Socket.IO server as operators see it. Thread-safe. */
public interface ObservedServer {
    /** Path it is served under. */
    String path();

    /** What it has counted. */
    SocketIoMetrics metrics();

    /** Its sessions. */
    Collection<EngineSession> sessions();

    /** Sockets in all its namespaces. */
    int sockets();

    /** Nodes of its cluster, this one among them; 0 while it has not joined. */
    int nodes();

    /** True from the time it has joined its cluster until it is about to stop. */
    boolean ready();
}
