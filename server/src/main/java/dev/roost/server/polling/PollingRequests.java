package dev.roost.server.polling;

import dev.roost.core.engine.EngineSession;
import dev.roost.core.engine.OutboundMessage;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineEndpoint.Verdict;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.EngineRequest;
import dev.roost.server.http.RequestReader;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/**
 * Serves the plain HTTP requests of an engine path.
 *
 * <p>Thread-safe: immutable, but for what it calls.
 *
 * <p>Spec: engine-io 3 and 5.
 */
public final class PollingRequests implements Handler {
    private final EngineEndpoint endpoint;
    private final RequestReader reader;
    private final PollingResponses responses;
    private final PollHandler polls;
    private final PostHandler posts;

    /** Serves the path of an endpoint to clients. */
    public PollingRequests(EngineEndpoint endpoint, ClientWatch watch, PollingConfig config) {
        this(endpoint, watch, config, RequestReader.DIRECT);
    }

    /** Serves the path of an endpoint on a listener with a reader of its own. */
    public PollingRequests(EngineEndpoint endpoint, ClientWatch watch, PollingConfig config, RequestReader reader) {
        this.endpoint = endpoint;
        this.reader = reader;
        this.responses = new PollingResponses(endpoint, config);
        this.polls = new PollHandler(endpoint, watch, responses);
        this.posts = new PostHandler(endpoint, config, responses);
    }

    @Override
    public void handle(ServerRequest http, ServerResponse response) {
        EngineRequest request = reader.read(http.prologue(), http.headers(), http.remotePeer(), http.isSecure());
        String index = request.jsonpIndex();
        if (index != null && endpoint.jsonp(request) && !JsonpForm.isIndex(index)) {
            EngineError error = EngineError.badRequest("INVALID_JSONP_INDEX", "");
            endpoint.report(request, error);
            responses.error(request, response, error);
            return;
        }
        switch (endpoint.check(request, false)) {
            case Verdict.Refused refused -> responses.error(request, response, refused.error());
            case Verdict.Answered answered -> responses.answer(request, response, answered.answer());
            case Verdict.NewSession wanted -> polls.open(request, response, wanted);
            case Verdict.Existing existing -> serve(request, http, response, existing.session());
        }
    }

    private void serve(EngineRequest request, ServerRequest http, ServerResponse response, EngineSession session) {
        if (!(session.carrier() instanceof PollingTransport transport)) {
            // It moved to a WebSocket after the check.
            EngineError error = EngineError.badRequest("TRANSPORT_MISMATCH", "");
            endpoint.report(request, error);
            responses.error(request, response, error);
            return;
        }
        switch (request.method()) {
            case "GET" -> polls.poll(request, response, session, transport);
            case "POST" -> posts.post(request, http, response, session, transport);
            default -> responses.empty(request, response, 500);
        }
    }

    /** Refuses a request of a client for a reason found elsewhere. */
    public void refuse(ServerRequest http, ServerResponse response, EngineError error) {
        EngineRequest request = read(http);
        endpoint.report(request, error);
        responses.error(request, response, error);
    }

    /** Ends the poll that waits for a session's packets, with nothing in it. */
    public void release(String sid) {
        EngineSession session = endpoint.engine().find(sid);
        if (session != null && session.carrier() instanceof PollingTransport transport) {
            session.loop().execute(() -> transport.sendControl(OutboundMessage.NOOP));
        }
    }

    /** Breaks off requests whose body is overdue; called about once a second, on any thread. */
    public void abortOverdue(long nanoTime) {
        posts.abortOverdue(nanoTime);
    }

    /** Reads a request of a client. */
    public static EngineRequest read(ServerRequest http) {
        return RequestReader.DIRECT.read(http.prologue(), http.headers(), http.remotePeer(), http.isSecure());
    }
}
