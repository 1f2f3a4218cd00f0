package dev.roost.server.http;

import org.jspecify.annotations.Nullable;

/**
 * A whole response made before the protocol was asked: a preflight, or a middleware's own. Immutable.
 *
 * @param contentType null when there is no body
 */
public record EngineAnswer(int status, @Nullable String contentType, byte[] body) {}
