package dev.roost.server;

import dev.roost.server.forward.Forwarding;
import dev.roost.server.http.ClientFiles;
import dev.roost.server.http.EngineEndpoint;
import dev.roost.server.polling.PollingRequests;
import io.helidon.webserver.http.Handler;
import org.jspecify.annotations.Nullable;

/**
 * One engine and where it is served. Immutable.
 *
 * <p>Paths are compared as they were sent, without decoding or normalising, so nothing but the path itself matches.
 *
 * <p>Spec: engine-io 2; security H17.
 *
 * @param path with its last slash
 * @param slashOptional whether the path without it is served too
 * @param polling serves requests for sessions of this process
 * @param requests serves all its plain requests
 * @param forwarding if its sessions may live in other processes, or null
 * @param files the JavaScript client below the path, or null
 */
record EnginePath(
        String path,
        boolean slashOptional,
        EngineEndpoint endpoint,
        PollingRequests polling,
        Handler requests,
        Forwarding.@Nullable Path forwarding,
        @Nullable ClientFiles files) {

    /** True for the path itself. */
    boolean matches(String rawPath) {
        return rawPath.equals(path)
                || slashOptional && rawPath.length() == path.length() - 1 && path.startsWith(rawPath);
    }

    /** Name of the client file a path means, or null. */
    @Nullable
    String file(String rawPath) {
        if (files == null || !rawPath.startsWith(path)) {
            return null;
        }
        String name = rawPath.substring(path.length());
        return files.has(name) ? name : null;
    }
}
