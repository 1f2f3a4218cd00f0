package dev.roost.server.http;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/**
 * What HTTP asks of a connection and Helidon leaves undone, for every route. Thread-safe, as what it tells is.
 *
 * <p>Helidon repeats {@code Connection: close} and then keeps the connection open, so a client that waits for its end
 * hangs.
 *
 * <p>Spec: security H21.
 */
public final class ConnectionRules implements Filter {
    private final HttpConnections connections;

    /**
     * Makes the rules.
     *
     * @param connections is told which connections speak HTTP though it does not carry them
     */
    public ConnectionRules(HttpConnections connections) {
        this.connections = connections;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.prologue().protocolVersion().startsWith("1")) {
            connections.identified(request.remotePeer().address());
        }
        if (request.headers().contains(HttpConnections.UNDECODED)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            response.status(Status.UNSUPPORTED_MEDIA_TYPE_415);
            response.send();
            throw new CloseConnectionException("a request body has a content coding");
        }
        chain.proceed();
        if (response.isSent() && request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("asked for by the client");
        }
    }
}
