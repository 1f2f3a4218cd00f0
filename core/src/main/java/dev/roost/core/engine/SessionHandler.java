package dev.roost.core.engine;

/** What the layer above does with a new session. */
@FunctionalInterface
public interface SessionHandler {
    /**
     * A session opened and its open packet is on its way.
     *
     * <p>Called on the session's loop; must not block. What it throws ends the session.
     */
    SessionListener opened(EngineSession session);
}
