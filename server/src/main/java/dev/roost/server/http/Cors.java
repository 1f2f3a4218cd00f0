package dev.roost.server.http;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The CORS response headers, as the npm package {@code cors} sets them. Immutable.
 *
 * <p>Spec: engine-io 11.
 *
 * @param origins listed origins, or {@code *}
 * @param methods answer to a preflight
 * @param allowedHeaders answer to a preflight; empty repeats what was asked for
 * @param maxAge how long a preflight is good for; null says nothing
 */
public record Cors(
        List<String> origins,
        List<String> methods,
        List<String> allowedHeaders,
        List<String> exposedHeaders,
        boolean credentials,
        @Nullable Duration maxAge) {
    /** Methods named in a preflight unless configured. */
    public static final List<String> DEFAULT_METHODS = List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE");

    public Cors {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        allowedHeaders = List.copyOf(allowedHeaders);
        exposedHeaders = List.copyOf(exposedHeaders);
    }

    /** Gives the headers of every response but a preflight's. */
    void addHeaders(EngineRequest request, OriginPolicy listed, BiConsumer<String, String> out) {
        if (addOrigin(request, listed, out)) {
            out.accept("Vary", "Origin");
        }
        if (!exposedHeaders.isEmpty()) {
            out.accept("Access-Control-Expose-Headers", String.join(",", exposedHeaders));
        }
    }

    /** Gives the headers of the answer to a preflight. */
    void addPreflightHeaders(EngineRequest request, OriginPolicy listed, BiConsumer<String, String> out) {
        boolean vary = addOrigin(request, listed, out);
        out.accept("Access-Control-Allow-Methods", String.join(",", methods));
        if (!allowedHeaders.isEmpty()) {
            out.accept("Access-Control-Allow-Headers", String.join(",", allowedHeaders));
        } else {
            String asked = request.header("access-control-request-headers");
            if (asked != null && !asked.isEmpty()) {
                out.accept("Access-Control-Allow-Headers", asked);
            }
        }
        if (maxAge != null) {
            out.accept("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
        }
        String repeated = allowedHeaders.isEmpty() ? "Access-Control-Request-Headers" : "";
        String separator = vary && !repeated.isEmpty() ? ", " : "";
        if (vary || !repeated.isEmpty()) {
            out.accept("Vary", (vary ? "Origin" : "") + separator + repeated);
        }
    }

    /** Returns true if the answer depends on the origin. */
    private boolean addOrigin(EngineRequest request, OriginPolicy listed, BiConsumer<String, String> out) {
        boolean any = origins.contains("*");
        if (any) {
            out.accept("Access-Control-Allow-Origin", "*");
        } else {
            String origin = request.header("origin");
            if (origin != null && listed.isListed(origin)) {
                out.accept("Access-Control-Allow-Origin", origin);
            }
        }
        if (credentials) {
            out.accept("Access-Control-Allow-Credentials", "true");
        }
        return !any;
    }
}
