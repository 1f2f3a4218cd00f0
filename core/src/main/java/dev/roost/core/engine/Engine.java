package dev.roost.core.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one process. Thread-safe: the table is concurrent, the rest immutable.
 *
 * <p>Spec: engine-io 4 and 10.
 */
public final class Engine {
    private final EngineConfig config;
    private final SessionIds ids;
    private final SessionHandler handler;
    private final SessionObserver observer;
    private final OpenPackets openPackets;
    private final ConcurrentHashMap<String, EngineSession> sessions = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Makes an engine nobody watches. */
    public Engine(EngineConfig config, SessionIds ids, SessionHandler handler) {
        this(config, ids, handler, SessionObserver.NONE);
    }

    /** Makes an engine. */
    public Engine(EngineConfig config, SessionIds ids, SessionHandler handler, SessionObserver observer) {
        this.config = config;
        this.ids = ids;
        this.handler = handler;
        this.observer = observer;
        this.openPackets = new OpenPackets(config);
    }

    /**
     * Opens a session: registers it, queues its open packet, starts its heartbeat, tells the handler.
     *
     * <p>On the loop of the session only.
     *
     * @param revision 3 or 4
     * @param binarySupported false if the client asked for base64
     * @param loop where the session will live
     * @param transport makes what carries the session at first
     * @throws SessionIdException if no id could be made
     */
    public EngineSession open(
            Handshake handshake,
            int revision,
            boolean binarySupported,
            SessionLoop loop,
            Function<EngineSession, Transport> transport) {
        EngineSession session =
                new EngineSession(this, ids.next(), handshake, revision, binarySupported, loop, transport);
        if (sessions.putIfAbsent(session.id(), session) != null) {
            session.refused();
            throw new SessionIdException("expected a new session id, got one that is in use");
        }
        session.start(openPackets, handler);
        if (closed) {
            session.discard(CloseReason.FORCED_CLOSE, null);
        }
        return session;
    }

    /** Returns the session with that id, closing ones included, or null. */
    public @Nullable EngineSession find(String sid) {
        return sessions.get(sid);
    }

    /** Number of sessions, closing ones included. */
    public int sessionCount() {
        return sessions.size();
    }

    /** The sessions, closing ones included, as they come and go. From any thread. */
    public Collection<EngineSession> sessions() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** The settings. */
    public EngineConfig config() {
        return config;
    }

    /** What makes the session ids. */
    public SessionIds ids() {
        return ids;
    }

    /** Ends every session at once, and every one that opens later. */
    public void close() {
        closed = true;
        for (EngineSession session : sessions.values()) {
            session.discard(CloseReason.FORCED_CLOSE, null);
        }
    }

    /** Who watches the sessions. */
    public SessionObserver observer() {
        return observer;
    }

    void remove(EngineSession session) {
        sessions.remove(session.id(), session);
    }
}
