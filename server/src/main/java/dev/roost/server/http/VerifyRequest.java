package dev.roost.server.http;

import dev.roost.core.engine.Handshake;

/**
 * Decides whether a later request may go on with a session, whose id it has: asked for each poll, post and upgrade.
 *
 * <p>Who the client is was settled at the handshake; this can only refuse. Runs on the request's own virtual thread and
 * may block, but every message of a polling client waits for it. Any exception but {@link RequestForbidden} refuses
 * with the standard message.
 *
 * <p>Spec: security S5.
 */
@FunctionalInterface
public interface VerifyRequest {
    /**
     * Returns to let the request pass.
     *
     * @param handshake the request that made the session
     */
    void check(EngineRequest request, Handshake handshake) throws Exception;
}
