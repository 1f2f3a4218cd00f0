package dev.roost.server;

import io.helidon.webserver.http.HttpRules;

/**
 * An application's own HTTP routes, such as its page; a second interface of its class.
 *
 * <p>They are served on the port of the Socket.IO server, after its own paths.
 */
@FunctionalInterface
public interface HttpRoutes {
    /** Adds routes; called once, while the server is built. */
    void routes(HttpRules rules);
}
