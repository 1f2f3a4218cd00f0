package dev.roost.server.polling;

import dev.roost.core.engine.PollingBody;
import dev.roost.server.http.ContentCoding;
import dev.roost.server.http.EngineAnswer;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.http.EngineError;
import dev.roost.server.http.EngineRequest;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * Writes what polling answers, header by header. Immutable.
 *
 * <p>Spec: engine-io 3, 5, 13; security P15.
 */
final class PollingResponses {
    private static final Header TEXT = HeaderValues.createCached("Content-Type", "text/plain; charset=UTF-8");
    private static final Header BINARY = HeaderValues.createCached("Content-Type", "application/octet-stream");
    private static final Header SCRIPT = HeaderValues.createCached("Content-Type", "text/javascript; charset=UTF-8");
    private static final Header HTML = HeaderValues.createCached("Content-Type", "text/html");
    private static final Header JSON = HeaderValues.createCached("Content-Type", "application/json");
    private static final Header NO_STORE = HeaderValues.createCached("cache-control", "no-store");
    private static final Header NO_SNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header NO_XSS_FILTER = HeaderValues.createCached("X-XSS-Protection", "0");
    private static final Header RETRY_AFTER = HeaderValues.createCached("Retry-After", "1");
    private static final byte[] OK = {'o', 'k'};

    private final EngineEndpoint endpoint;
    private final PollingConfig config;

    PollingResponses(EngineEndpoint endpoint, PollingConfig config) {
        this.endpoint = endpoint;
        this.config = config;
    }

    /**
     * Answers a poll.
     *
     * @param newSid id of the session the request created, or null
     */
    void payload(EngineRequest request, ServerResponse response, PollingBody body, @Nullable String newSid) {
        byte[] bytes = body.bytes();
        String index = endpoint.jsonp(request) ? request.jsonpIndex() : null;
        boolean script = index != null;
        if (index != null) {
            bytes = JsonpForm.wrap(index, bytes);
        }
        response.header(script ? SCRIPT : body.binary() ? BINARY : TEXT);
        if (config.compression() && body.compress() && bytes.length >= config.compressionThreshold()) {
            ContentCoding coding = ContentCoding.negotiate(request.header("accept-encoding"));
            if (coding != null) {
                bytes = coding.encode(bytes);
                response.header("Content-Encoding", coding.wire());
            }
        }
        addCommon(request, response, newSid != null);
        if (newSid != null) {
            String cookie = endpoint.cookie(request, newSid);
            if (cookie != null) {
                response.headers().add(HeaderNames.SET_COOKIE, cookie);
            }
        }
        response.send(bytes);
    }

    /** Answers a POST whose packets have been dispatched. */
    void ok(EngineRequest request, ServerResponse response) {
        response.header(HTML);
        addCommon(request, response, false);
        response.send(OK);
    }

    private void addCommon(EngineRequest request, ServerResponse response, boolean initial) {
        response.header(NO_STORE);
        response.header(NO_SNIFF);
        String agent = request.header("user-agent");
        if (agent != null && (agent.contains(";MSIE") || agent.contains("Trident/"))) {
            response.header(NO_XSS_FILTER);
        }
        endpoint.addAcceptedHeaders(request, initial, (name, value) -> add(response, name, value));
    }

    /** Answers with a status and nothing else. */
    void empty(EngineRequest request, ServerResponse response, int status) {
        addHeaders(request, response);
        response.status(Status.create(status));
        response.send();
    }

    void error(EngineRequest request, ServerResponse response, EngineError error) {
        addHeaders(request, response);
        response.status(Status.create(error.status()));
        if (error.code() == EngineError.UNAVAILABLE) {
            response.header(RETRY_AFTER);
        } else {
            response.header(JSON);
        }
        response.send(error.jsonBody());
    }

    void answer(EngineRequest request, ServerResponse response, EngineAnswer answer) {
        addHeaders(request, response);
        response.status(Status.create(answer.status()));
        if (answer.contentType() != null) {
            response.header("Content-Type", answer.contentType());
        }
        if (answer.body().length == 0) {
            response.header(HeaderValues.CONTENT_LENGTH_ZERO);
        }
        response.send(answer.body());
    }

    private void addHeaders(EngineRequest request, ServerResponse response) {
        endpoint.addResponseHeaders(request, (name, value) -> add(response, name, value));
    }

    private static void add(ServerResponse response, String name, String value) {
        response.headers().add(HeaderNames.create(name), value);
    }
}
