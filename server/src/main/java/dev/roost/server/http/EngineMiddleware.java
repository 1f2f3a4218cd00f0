package dev.roost.server.http;

/**
 * Sees every request to an engine path first, polling and upgrade alike.
 *
 * <p>Runs on the request's own virtual thread and may block. An exception refuses the request (code 3,
 * {@code MIDDLEWARE_FAILURE}) unless the response was ended before.
 *
 * <p>Spec: engine-io 3, step 1.
 */
@FunctionalInterface
public interface EngineMiddleware {
    /** Looks at a request; returning lets it pass. */
    void handle(EngineRequest request, Response response) throws Exception;

    /** What a middleware may do to the response. Confined to the request's thread. */
    interface Response {
        /** Adds a header to whatever response the request gets, the 101 of an upgrade among them. */
        void header(String name, String value);

        /** Answers the request; nothing else runs. Only the first call counts. */
        void end(int status, String contentType, byte[] body);
    }
}
