package dev.roost.server;

import dev.roost.server.http.ClientFiles;
import dev.roost.server.http.ConnectionRules;
import dev.roost.server.polling.PollingRequests;
import io.helidon.common.Weighted;
import io.helidon.common.uri.UriPath;
import io.helidon.http.PathMatcher;
import io.helidon.http.PathMatchers;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpFeature;
import io.helidon.webserver.http.HttpRoute;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.function.Predicate;

/**
 * The routes of engine paths in a Helidon routing; all other requests pass. Immutable.
 *
 * <p>Weighted to come before an application's routes, of which one may well match everything.
 */
final class EngineRoutes implements HttpFeature, Weighted {
    private static final double WEIGHT = 1000;

    private final List<EnginePath> paths;
    private final ConnectionRules rules;
    private final Runnable start;
    private final Runnable stop;

    /**
     * Makes the routes.
     *
     * @param start called before the server listens
     * @param stop called after the server has stopped
     */
    EngineRoutes(List<EnginePath> paths, ConnectionRules rules, Runnable start, Runnable stop) {
        this.paths = List.copyOf(paths);
        this.rules = rules;
        this.start = start;
        this.stop = stop;
    }

    @Override
    public double weight() {
        return WEIGHT;
    }

    @Override
    public void setup(HttpRouting.Builder routing) {
        routing.addFilter(rules);
        for (EnginePath path : paths) {
            routing.route(HttpRoute.builder()
                    .methods(method -> true)
                    .path(new RawPath(path::matches))
                    .handler(path.requests())
                    .build());
            ClientFiles files = path.files();
            if (files != null) {
                routing.route(HttpRoute.builder()
                        .methods(method -> true)
                        .path(new RawPath(raw -> path.file(raw) != null))
                        .handler((request, response) -> serveFile(path, files, request, response))
                        .build());
            }
        }
    }

    private static void serveFile(EnginePath path, ClientFiles files, ServerRequest http, ServerResponse response) {
        String name = path.file(http.prologue().uriPath().rawPath());
        if (name == null) {
            response.next();
        } else {
            files.serve(name, PollingRequests.read(http), http, response);
        }
    }

    @Override
    public void beforeStart() {
        start.run();
    }

    @Override
    public void afterStart(WebServer server) {}

    @Override
    public void afterStop() {
        stop.run();
    }

    /** Matches the path as it was sent. Immutable. */
    private record RawPath(Predicate<String> accepts) implements PathMatcher {
        @Override
        public PathMatchers.MatchResult match(UriPath path) {
            return accepts.test(path.rawPath())
                    ? new PathMatchers.MatchResult(
                            true, PathMatchers.any().match(path).path())
                    : PathMatchers.MatchResult.notAccepted();
        }

        @Override
        public PathMatchers.PrefixMatchResult prefixMatch(UriPath path) {
            return PathMatchers.PrefixMatchResult.notAccepted();
        }
    }
}
