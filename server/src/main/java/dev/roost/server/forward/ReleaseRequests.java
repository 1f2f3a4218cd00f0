package dev.roost.server.forward;

import dev.roost.server.polling.PollingRequests;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Serves the plain requests of the internal listener, one of which no client can send: to end a poll.
 *
 * <p>The process such a poll came through is about to end. The client gets an answer with nothing in it and polls
 * again, through another process; its session notices nothing.
 *
 * <p>Thread-safe: immutable, but for what it calls.
 */
final class ReleaseRequests implements Handler {
    /** Marks the request; what clients send under that name is never passed on. */
    static final String HEADER = ForwardedClient.PREFIX + "release";

    private static final HeaderName NAME = HeaderNames.create(HEADER);

    private final PollingRequests requests;

    ReleaseRequests(PollingRequests requests) {
        this.requests = requests;
    }

    @Override
    public void handle(ServerRequest http, ServerResponse response) {
        if (http.headers().contains(NAME)) {
            requests.release(http.prologue().query().first("sid").orElse(""));
            response.status(Status.NO_CONTENT_204).send();
        } else {
            requests.handle(http, response);
        }
    }
}
