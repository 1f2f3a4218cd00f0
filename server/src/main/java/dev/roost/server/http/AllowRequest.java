package dev.roost.server.http;

/**
 * Decides whether a request may create a session; not asked for later requests.
 *
 * <p>Runs on the request's own virtual thread and may block. Any exception but {@link RequestForbidden} refuses with
 * the standard message.
 *
 * <p>Spec: engine-io 3, step 5.
 */
@FunctionalInterface
public interface AllowRequest {
    /** Returns to let the request pass. */
    void check(EngineRequest request) throws Exception;
}
